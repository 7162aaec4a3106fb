// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace pawl::app {

/// Opens those of standard input, output and error that the program was started without. Otherwise the next file or
/// socket would take their place, and be read and written by mistake. Such an input is at its end. Writing to such an
/// output is an error.
void occupy_standard_descriptors();

}  // namespace pawl::app
