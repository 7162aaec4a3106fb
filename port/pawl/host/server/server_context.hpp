// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include <pawl/base/random.hpp>
#include <pawl/handshake/responder.hpp>
#include <pawl/host/net/buffer_pool.hpp>
#include <pawl/host/net/event_loop.hpp>
#include <pawl/host/server/admission.hpp>
#include <pawl/host/server/message_sink.hpp>
#include <pawl/host/server/observer.hpp>
#include <pawl/host/server/open_sessions.hpp>
#include <pawl/host/store/nstp_users.hpp>
#include <pawl/host/store/user_store.hpp>

namespace pawl::host {

/// What a server is told about all of its endpoints.
struct ServerOptions {
  Limits limits = default_limits(crypto_backend());
  /// Clients at a time, at each endpoint. Memory is set aside for them.
  std::size_t max_sessions = 1024;
  /// Seconds after which a silent client is given up. 0 means never, which datagrams do not allow.
  std::uint16_t idle = 120;
  /// What is done with messages.
  SinkFactory sinks = echo();
};

/// What a server is given and does not own, which is the world outside of it.
struct ServerWorld {
  EventLoop& loop;
  Random& random;
  ServerObserver& observer;
};

/// What the endpoints and sessions of a server share. Belongs to the server and outlives them.
struct ServerContext {
  ServerContext(const ServerWorld& world, ServerOptions server_options)
      : loop(world.loop), random(world.random), observer(world.observer), options(std::move(server_options)) {}
  ServerContext(const ServerContext&) = delete;
  ServerContext& operator=(const ServerContext&) = delete;
  ~ServerContext() = default;

  EventLoop& loop;
  Random& random;
  ServerObserver& observer;
  ServerOptions options;
  Admission admission{options.limits};
  BufferPool buffers{};
  OpenSessions open_sessions{observer};
};

/// What sessions of Pawl need besides the context.
struct PawlService {
  /// The users outlive it. Decoys are derived from `key`. See prepare().
  PawlService(const UserStore& user_store, EnumerationKey key);
  PawlService(const PawlService&) = delete;
  PawlService& operator=(const PawlService&) = delete;
  ~PawlService() = default;

  /// Makes it ready. `idle` is as in ServerOptions. Kind::core if the key is not usable.
  FailureOr<> prepare(std::uint16_t idle);

  const UserStore& users;
  PakeVerifier decoy_pake{};
  Decoy decoy;
  ServerSettings settings;
};

}  // namespace pawl::host
