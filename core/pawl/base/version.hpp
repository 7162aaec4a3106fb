// SPDX-License-Identifier: Apache-2.0
/// Which version of Pawl this is, for programs that must compile with several. CHANGES.md says what the numbers
/// promise. They are written here alone, and CMakeLists.txt reads them from these lines.
#pragma once

#define PAWL_VERSION_MAJOR 0
#define PAWL_VERSION_MINOR 1
#define PAWL_VERSION_PATCH 0

/// The same as a string literal, such as "0.1.0".
#define PAWL_VERSION PAWL_VERSION_TEXT(PAWL_VERSION_MAJOR, PAWL_VERSION_MINOR, PAWL_VERSION_PATCH)

// Two steps, because `#` writes a macro's name where it should write the number that the macro stands for.
#define PAWL_VERSION_TEXT(major, minor, patch) PAWL_VERSION_JOINED(major, minor, patch)
#define PAWL_VERSION_JOINED(major, minor, patch) #major "." #minor "." #patch
