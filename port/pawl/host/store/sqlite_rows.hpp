// SPDX-License-Identifier: Apache-2.0
/// The rows of the table of users, as far as SqliteUsers need them.
#pragma once

#include <pawl/host/store/secret_columns.hpp>
#include <pawl/host/store/sqlite.hpp>
#include <pawl/host/store/user_store.hpp>

namespace pawl::host {

/// The statement for write_row(). The table has the columns in this order.
inline constexpr const char* kPutRow =
    "INSERT OR REPLACE INTO users VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";

/// Reads the present row of a statement that selects all columns. Whether it is as write_row() makes them. Only
/// `stored.user` means anything if not.
bool read_row(const SqliteStatement& row, const SecretColumns& secrets, StoredEnrolment& stored);

/// Writes the row of enrolment.user, in the place of an earlier one. Kind::file_write, and core as
/// SecretColumns::put().
FailureOr<> write_row(SqliteStatement& put, const SecretColumns& secrets, const Enrolment& enrolment, UserState state);

}  // namespace pawl::host
