// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <pawl/host/server/server.hpp>

#include "console/reload_signal.hpp"
#include "serve.hpp"

namespace pawl::app {

/// Reads the configuration of a server again whenever SIGHUP comes, if it has a file.
class ServeReload {
 public:
  /// The options of a server: what its command line says, and that completed by its file. Both outlive the object.
  struct Options {
    const ServeOptions& given;
    const ServeOptions& running;
  };

  /// All of it outlives the object.
  ServeReload(host::EventLoop& loop, const Options& options, host::Server& server, Reporter& reporter);

  ServeReload(const ServeReload&) = delete;
  ServeReload& operator=(const ServeReload&) = delete;
  ~ServeReload() = default;

 private:
  void run();
  bool reload();
  [[nodiscard]] host::FailureOr<ServeOptions> apply();

  Options options_;
  host::Server& server_;
  Reporter& reporter_;
  std::optional<ReloadSignal> signal_{};
};

}  // namespace pawl::app
