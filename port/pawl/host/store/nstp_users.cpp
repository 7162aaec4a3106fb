// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <pawl/host/base/hex.hpp>
#include <pawl/host/base/text.hpp>
#include <pawl/host/store/nstp_users.hpp>
#include <pawl/host/store/toml_file.hpp>

namespace pawl::host {
namespace {

namespace fs = std::filesystem;

/// Enrolments of version 2 end with ".toml", whatever the user's name.
constexpr const char* kNstpSuffix = ".nstp";
constexpr std::string_view kNstpFormat = "pawl nstp record 1";
constexpr std::string_view kNstpComment =
    "SECRET: a user of 'pawl serve --nstp', made by 'pawl enroll --nstp'.\n"
    "Whoever has this file can log in as this user, pose as the server, and read what was recorded of their\n"
    "connections; they can also guess at the password. It belongs on the server alone, with mode 0600. It serves NSTP "
    "and\n"
    "nothing else. Remove the file to lock the user out. It cannot be edited by hand: enrol the user again.";

}  // namespace

NstpUsers::NstpUsers(fs::path directory, std::vector<std::uint8_t> device_salt)
    : directory_(std::move(directory), kNstpSuffix), device_salt_(std::move(device_salt)) {}

FailureOr<std::unique_ptr<NstpEnrolment>> NstpUsers::find(Bytes user) const {
  const auto file = directory_.read(user);
  if (!file.ok()) return file.failure();
  if (!file.value()) return std::unique_ptr<NstpEnrolment>();
  const fs::path path = directory_.path_of(user).value();
  TomlReader toml(path, file.value()->text.bytes(), {kNstpFormat});
  auto enrolment = std::make_unique<NstpEnrolment>();
  enrolment->user = toml.user();
  toml.hex("psk", enrolment->psk.writable());
  const std::string salt = toml.text("device_salt");
  PAWL_HOST_TRY(toml.done());
  if (!std::ranges::equal(bytes_of(enrolment->user), user)) return another_user(path);
  if (salt != hex(device_salt_)) {
    return Failure{.kind = Failure::Kind::file_unfit,
                   .path = path,
                   .detail = "it was made for another device salt than " + hex(device_salt_) +
                             ". Use that one, or enrol the user again"};
  }
  if (file.value()->exposed) enrolment->exposed = path;
  return enrolment;
}

FailureOr<> NstpUsers::save(const NstpEnrolment& enrolment) const {
  const auto path = path_of(bytes_of(enrolment.user));
  if (!path.ok()) return path.failure();
  PAWL_HOST_TRY(directory_.make());
  const auto lock = DirectoryLock::take(directory_.path());
  if (!lock.ok()) return lock.failure();
  TomlWriter toml(kNstpComment, kNstpFormat);
  toml.user(bytes_of(enrolment.user));
  toml.hex("device_salt", device_salt_);
  toml.hex("psk", enrolment.psk.bytes());
  const auto text = toml.finish();
  if (!text.ok()) return text.failure();
  return write_private_file(path.value(), text.value().bytes());
}

}  // namespace pawl::host
