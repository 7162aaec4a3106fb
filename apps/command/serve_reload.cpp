// SPDX-License-Identifier: Apache-2.0
#include "serve_reload.hpp"

#include <pawl/host/base/text.hpp>

#include "console/failure_text.hpp"
#include "serve_config.hpp"

namespace pawl::app {

host::FailureOr<ServeOptions> ServeReload::apply() {
  auto next = with_config(given_);
  if (!next.ok()) return next;
  PAWL_HOST_TRY(server_.set_limits(next.value().limits, next.value().idle));
  return next;
}

void ServeReload::run() {
  const auto next = apply();
  if (!next.ok()) return reporter_.warn(std::string(explain(next.failure()).what()) + " Nothing has changed.");
  for (const std::string& key : fixed_changes(running_, next.value())) {
    reporter_.warn("What the configuration says of " + key + " takes effect at the next start.");
  }
  const std::string path = host::quoted(*given_.config.file);
  reporter_.event("reloaded", {{"path", path}}, "The limits are those of " + path + " now.");
}

}  // namespace pawl::app
