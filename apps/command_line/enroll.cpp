// SPDX-License-Identifier: Apache-2.0
#include "command/enroll.hpp"

#include <memory>

#include "shared.hpp"
#include "subcommands.hpp"

namespace pawl::app {
namespace {

constexpr const char* kEnrollFooter =
    R"(Writes an enrolment for the server and a credential for the client. Both are secret; the password is in neither.
A user that exists is enrolled anew: then the earlier credential no longer works.

Examples:
    pawl enroll alice                                     asks for a password
    pawl enroll sensor-17 --raw-key --credential s17.toml  draws a random key
    pawl enroll alice --nstp                              for pawl serve --nstp alone; there is no credential)";

}  // namespace

void add_enroll(CLI::App& app) {
  CLI::App& command =
      *app.add_subcommand("enroll", "Make a user: an enrolment for the server, a credential for the client");
  const auto options = std::make_shared<EnrollOptions>();
  const auto nstp = std::make_shared<NstpOptions>();
  const auto others = add_enrol_options(command, *options, "[USER.credential.toml]");
  CLI::Option* with_nstp = add_nstp_options(command, *nstp);
  for (CLI::Option* other : others) with_nstp->excludes(other);
  command.footer(kEnrollFooter);
  on_run(command, {}, [options, nstp](Reporter& reporter) {
    return nstp->chosen ? enroll_nstp(*options, *nstp, reporter) : enroll(*options, reporter);
  });
}

}  // namespace pawl::app
