// SPDX-License-Identifier: Apache-2.0
#include "server_context.hpp"

#include <pawl/handshake/key.hpp>
#include <pawl/handshake/p256.hpp>
#include <pawl/handshake/password.hpp>

#include "exit_code.hpp"
#include "file_error.hpp"

namespace pawl::app {

namespace {

Limits limits_of(const ServeOptions& options) {
  const Limits limits = default_limits(crypto_backend());
  return options.settings ? read_limits(*options.settings, limits) : limits;
}

}  // namespace

ServerContext::ServerContext(const ServeOptions& options, Reporter& reporter_of_all)
    : reporter(reporter_of_all),
      records(options.records),
      decoy(records.enumeration_key(), Config::kIterationsFloor),
      settings(decoy),
      limits(limits_of(options)),
      admission(limits) {
  if (options.save) save.emplace(*options.save);
  if (!decoy.prepare(p256_exchange).ok() || !decoy.prepare_pake(p256_pake, decoy_pake).ok()) {
    throw AppError(ExitCode::io, "The key in " + quoted(options.records / "enumeration.key") +
                                     " is not usable. Remove the file: another one is made.");
  }
  settings.exchange = &p256_exchange;
  settings.pake = &p256_pake;
  settings.password_flow = &password_responder;
  settings.key_flow = &key_responder;
  settings.idle = options.idle;
}

}  // namespace pawl::app
