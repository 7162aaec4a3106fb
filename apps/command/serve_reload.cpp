// SPDX-License-Identifier: Apache-2.0
#include "serve_reload.hpp"

#include <pawl/host/base/text.hpp>

#include "console/failure_text.hpp"
#include "console/service_manager.hpp"
#include "serve_config.hpp"

namespace pawl::app {

ServeReload::ServeReload(host::EventLoop& loop, const Options& options, host::Server& server, Reporter& reporter)
    : options_(options), server_(server), reporter_(reporter) {
  if (options.given.config.file) signal_.emplace(loop, [this] { run(); });
}

void ServeReload::run() {
  tell_reloading();
  tell_ready(reload() ? kServing : "Serving. The configuration is wrong, and nothing has changed.");
}

host::FailureOr<ServeOptions> ServeReload::apply() {
  auto next = with_config(options_.given);
  if (!next.ok()) return next;
  PAWL_HOST_TRY(server_.set_limits(next.value().limits, next.value().idle));
  return next;
}

/// Gives the server the limits of the file, and says what will count at the next start only. If the file is wrong, says
/// so, changes nothing and gives false.
bool ServeReload::reload() {
  const auto next = apply();
  if (!next.ok()) {
    reporter_.warn(std::string(explain(next.failure()).what()) + " Nothing has changed.");
    return false;
  }
  for (const std::string& key : fixed_changes(options_.running, next.value())) {
    reporter_.warn("What the configuration says of " + key + " takes effect at the next start.");
  }
  const std::string path = host::quoted(*options_.given.config.file);
  reporter_.event("reloaded", {{"path", path}}, "The limits are those of " + path + " now.");
  return true;
}

}  // namespace pawl::app
