// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include <pawl/host/base/text.hpp>
#include <pawl/host/store/sqlite_rows.hpp>

namespace pawl::host {
namespace {

/// The columns of users. The parameters of kPutRow are one more.
enum class Column : std::uint8_t {
  name,
  state,
  kind,
  mode,
  generation,
  iterations,
  salt,
  psk,
  verifier,
  w0,
  w0m,
  w0n,
};

constexpr int index(Column column) { return static_cast<int>(column); }
constexpr int parameter(Column column) { return index(column) + 1; }

/// Takes the fields of a row, and keeps in mind whether all were what they must be.
class RowReader {
 public:
  RowReader(const SqliteStatement& row, const SecretColumns& secrets) : row_(row), secrets_(secrets) {}

  template <class T>
  T number(Column column, std::int64_t least = 0, std::int64_t most = std::numeric_limits<std::uint32_t>::max()) {
    const std::int64_t number = row_.number(index(column));
    const bool fits = number >= least && number <= most;
    good_ = good_ && fits;
    return static_cast<T>(fits ? number : least);
  }

  void blob(Column column, MutBytes out) {
    const Bytes blob = row_.blob(index(column));
    if (blob.size() != out.size()) good_ = false;
    copy(blob.first(std::min(blob.size(), out.size())), out);
  }

  void secret(Column column, MutBytes out) {
    const bool good =
        secrets_.get(row_.blob(index(Column::name)), static_cast<std::uint8_t>(column), row_.blob(index(column)), out);
    good_ = good && good_;
  }

  [[nodiscard]] std::string name() const {
    const Bytes name = row_.blob(index(Column::name));
    return {name.begin(), name.end()};
  }

  void require(bool condition) { good_ = good_ && condition; }
  [[nodiscard]] bool good() const { return good_; }

 private:
  const SqliteStatement& row_;
  const SecretColumns& secrets_;
  bool good_ = true;
};

/// Binds the fields of a row. The secrets stay in it until the row is written.
class RowWriter {
 public:
  RowWriter(SqliteStatement& put, const SecretColumns& secrets, Bytes user)
      : put_(put), secrets_(secrets), user_(user) {}
  RowWriter(const RowWriter&) = delete;
  RowWriter& operator=(const RowWriter&) = delete;
  ~RowWriter() { put_.reset(); }

  void number(Column column, std::int64_t number) { put_.bind(parameter(column), number); }
  void blob(Column column, Bytes blob) { put_.bind(parameter(column), blob); }
  void secret(Column column, Bytes secret) {
    const auto stored = secrets_.put(user_, static_cast<std::uint8_t>(column), secret,
                                     rooms_.at(static_cast<std::size_t>(index(column) - index(Column::psk))));
    if (stored.ok()) return blob(column, stored.value());
    if (done_.ok()) done_ = stored.failure();
  }

  FailureOr<> write() {
    if (!done_.ok()) return done_;
    const auto done = put_.step(Failure::Kind::file_write);
    return done.ok() ? FailureOr<>() : done.failure();
  }

 private:
  SqliteStatement& put_;
  const SecretColumns& secrets_;
  Bytes user_;
  std::array<SecretColumns::Room, index(Column::w0n) - index(Column::psk) + 1> rooms_{};
  FailureOr<> done_{};
};

}  // namespace

bool read_row(const SqliteStatement& row, const SecretColumns& secrets, StoredEnrolment& stored) {
  RowReader reader(row, secrets);
  Enrolment& enrolment = stored.enrolment;
  stored.user = reader.name();
  enrolment.user = bytes_of(stored.user);
  stored.state = reader.number<UserState>(Column::state, 0, static_cast<int>(UserState::removed));
  enrolment.kind = reader.number<Kind>(Column::kind, static_cast<int>(Kind::password), static_cast<int>(Kind::raw_key));
  enrolment.mode = reader.number<Mode>(Column::mode, static_cast<int>(Mode::psk), static_cast<int>(Mode::pake));
  enrolment.generation = reader.number<std::uint32_t>(Column::generation);
  enrolment.iterations = reader.number<std::uint32_t>(Column::iterations, enrolment.kind == Kind::password ? 1 : 0);
  const bool pake = enrolment.mode == Mode::pake;
  reader.require(!pake || enrolment.kind == Kind::password);
  reader.blob(Column::salt, enrolment.salt);
  reader.secret(Column::psk, enrolment.psk.writable());
  reader.secret(Column::verifier, pake ? stored.pake.verifier : enrolment.verifier);
  reader.secret(Column::w0, stored.pake.blinds.w0.writable());
  reader.secret(Column::w0m, stored.pake.blinds.w0_m.writable());
  reader.secret(Column::w0n, stored.pake.blinds.w0_n.writable());
  enrolment.pake = pake ? &stored.pake : nullptr;
  return reader.good();
}

FailureOr<> write_row(SqliteStatement& put, const SecretColumns& secrets, const Enrolment& enrolment, UserState state) {
  const PakeVerifier nothing;
  const bool pake = enrolment.mode == Mode::pake;
  const PakeVerifier& verifier = pake ? *enrolment.pake : nothing;
  RowWriter row(put, secrets, enrolment.user);
  row.blob(Column::name, enrolment.user);
  row.number(Column::state, static_cast<int>(state));
  row.number(Column::kind, static_cast<int>(enrolment.kind));
  row.number(Column::mode, static_cast<int>(enrolment.mode));
  row.number(Column::generation, enrolment.generation);
  row.number(Column::iterations, enrolment.iterations);
  row.blob(Column::salt, enrolment.salt);
  row.secret(Column::psk, enrolment.psk.bytes());
  row.secret(Column::verifier, pake ? verifier.verifier : enrolment.verifier);
  row.secret(Column::w0, verifier.blinds.w0.bytes());
  row.secret(Column::w0m, verifier.blinds.w0_m.bytes());
  row.secret(Column::w0n, verifier.blinds.w0_n.bytes());
  return row.write();
}

}  // namespace pawl::host
