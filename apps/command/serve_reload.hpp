// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/host/server/server.hpp>

#include "serve.hpp"

namespace pawl::app {

/// Reads the configuration of a server again while it runs.
class ServeReload {
 public:
  /// What the command line says, and that completed by the file. All but the options outlive it.
  ServeReload(const ServeOptions& given, const ServeOptions& running, host::Server& server, Reporter& reporter)
      : given_(given), running_(running), server_(server), reporter_(reporter) {}

  /// Gives the server the limits of the file, and says what will count at the next start only. If the file is wrong,
  /// says so and changes nothing.
  void run();

 private:
  [[nodiscard]] host::FailureOr<ServeOptions> apply();

  ServeOptions given_;
  ServeOptions running_;
  host::Server& server_;
  Reporter& reporter_;
};

}  // namespace pawl::app
