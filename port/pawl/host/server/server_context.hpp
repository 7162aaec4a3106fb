// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include <pawl/base/random.hpp>
#include <pawl/handshake/resumption.hpp>
#include <pawl/host/net/buffer_pool.hpp>
#include <pawl/host/net/event_loop.hpp>
#include <pawl/host/server/admission.hpp>
#include <pawl/host/server/observer.hpp>
#include <pawl/host/server/open_sessions.hpp>
#include <pawl/host/server/session_handler.hpp>
#include <pawl/host/server/ticket_keyring.hpp>
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
  /// Bytes that may wait to be sent in a session. One message may reach beyond.
  std::size_t queue = 65536;
  /// If set, the keys of tickets are kept in the store of the users, so that tickets outlive the server. Their time is
  /// this one, which outlives the server. The store must be sealed (see UserStore::ticket_key_store()).
  TimeOfDay* keep_tickets_by = nullptr;
};

/// What a server is given and does not own, which is the world outside of it.
struct ServerWorld {
  EventLoop& loop;
  Random& random;
  ServerObserver& observer;
  /// What is done with messages.
  Gateway& gateway;
};

/// What the endpoints and sessions of a server share. Belongs to the server and outlives them.
struct ServerContext {
  ServerContext(const ServerWorld& world, const ServerOptions& server_options)
      : loop(world.loop),
        random(world.random),
        observer(world.observer),
        gateway(world.gateway),
        options(server_options) {}
  ServerContext(const ServerContext&) = delete;
  ServerContext& operator=(const ServerContext&) = delete;
  ~ServerContext() = default;

  EventLoop& loop;
  Random& random;
  ServerObserver& observer;
  Gateway& gateway;
  ServerOptions options;
  Admission admission{options.limits};
  BufferPool buffers{};
  OpenSessions open_sessions{observer, options.limits};

  /// The keys of the tickets of these users, the same at every call. No ticket is good for a user of another store.
  TicketKeyring& ticket_keys(const UserStore& users);
  /// Does for the keys what time has made due.
  void tend_ticket_keys(Instant now);

 private:
  std::map<const UserStore*, TicketKeyring> ticket_keys_{};
};

/// What sessions of Pawl need besides the context.
struct PawlService {
  /// The users and the keys of their tickets outlive it. Decoys are derived from `key`. See prepare().
  PawlService(const UserStore& user_store, TicketKeyring& ticket_keys, EnumerationKey key);
  PawlService(const PawlService&) = delete;
  PawlService& operator=(const PawlService&) = delete;
  ~PawlService() = default;

  /// Makes it ready. `idle` is as in ServerOptions. Kind::core if the key is not usable.
  FailureOr<> prepare(std::uint16_t idle);

  const UserStore& users;
  TicketKeyring& tickets;
  PakeVerifier decoy_pake{};
  Decoy decoy;
  ResumingServerSettings settings;
};

}  // namespace pawl::host
