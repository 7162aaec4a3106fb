// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <pawl/handshake/responder.hpp>
#include <pawl/port/posix/random.hpp>
#include <string>

#include "admission.hpp"
#include "buffer_pool.hpp"
#include "endpoint.hpp"
#include "record_store.hpp"
#include "reporter.hpp"
#include "save_sink.hpp"

namespace pawl::app {

struct ServeOptions {
  std::string listen = std::to_string(kDefaultPort);
  /// Datagrams at `listen` instead of connections.
  bool udp = false;
  /// A serial line instead of `listen`.
  std::optional<std::string> serial;
  std::filesystem::path records = "records";
  /// None: messages are echoed.
  std::optional<std::filesystem::path> save;
  std::size_t max_sessions = 1024;
  /// None: the defaults of all limits.
  std::optional<std::filesystem::path> settings;
  /// Seconds; 0 for none.
  std::uint16_t idle = 120;
};

/// What the sessions of a server share, whatever carries them. Belongs to the server and outlives them.
struct ServerContext {
  /// Opens the records. AppError(io).
  ServerContext(const ServeOptions& options, Reporter& reporter);
  ServerContext(const ServerContext&) = delete;
  ServerContext& operator=(const ServerContext&) = delete;
  ~ServerContext() = default;

  Reporter& reporter;
  SystemRandom random;
  RecordStore records;
  PakeVerifier decoy_pake;
  Decoy decoy;
  ServerSettings settings;
  /// Where messages are kept; none: they are echoed.
  std::optional<SaveDirectory> save;
  Limits limits;
  Admission admission;
  BufferPool buffers;
};

}  // namespace pawl::app
