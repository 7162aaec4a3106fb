// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <pawl/host/net/listener.hpp>
#include <pawl/host/server/connection.hpp>
#include <pawl/host/server/frontend.hpp>
#include <pawl/host/server/refusals.hpp>

namespace pawl::host {

/// The way in over streams. It has a fixed number of places for connections, and limits, so that nobody's trouble is
/// everybody's.
class StreamFrontend final : public Frontend, private EventLoop::Handler {
 public:
  /// Connections that are accepted before those that are there have their turn.
  static constexpr int kAcceptsPerRound = 16;
  /// How long none is accepted after the system could not accept one.
  static constexpr Duration kAcceptPause = seconds(1);

  /// Makes the connection of a stream.
  using MakeConnection = std::function<std::unique_ptr<Connection>(Arrival arrival)>;

  /// The context outlives it. `way` is tcp or nstp. Clients of NSTP are refused without a word, because that wire has
  /// none.
  StreamFrontend(ServerContext& context, std::unique_ptr<StreamListener> listener, Way way, MakeConnection make);

  void stop(Instant now) override;
  [[nodiscard]] bool stopped() const override { return free_.size() == places_.size(); }

 private:
  /// Room for one connection.
  class Place final : public EventLoop::Handler, public HalfOpenLimit::Holder, public Connection::Owner {
   public:
    explicit Place(StreamFrontend& frontend) : frontend_(frontend), watch_(frontend.context_.loop, *this) {}
    void take(std::unique_ptr<Connection> connection);
    void on_ready(Instant now) override;
    void evict() override;
    void dismiss();
    /// Waits for what the connection needs, or ends it.
    void settle() override;

   private:
    StreamFrontend& frontend_;
    std::unique_ptr<Connection> connection_{};
    EventLoop::Watch watch_;
  };

  void on_ready(Instant now) override;
  void watch();
  void accept_some(Instant now);
  void take_in(AcceptedStream accepted, Instant now);
  void refuse(AcceptedStream accepted, Refusal::Reason reason, Instant now);
  void release(Place& place);

  ServerContext& context_;
  std::unique_ptr<StreamListener> listener_;
  Way way_;
  MakeConnection make_;
  Refusals refusals_;
  /// All of them, made at the start, so that memory is bounded from then on.
  std::vector<std::unique_ptr<Place>> places_;
  std::vector<Place*> free_;
  /// The system has no descriptor for another connection. Nobody is accepted until this moment or until one closes.
  std::optional<Instant> accept_again_{};
  EventLoop::Watch watch_;
};

}  // namespace pawl::host
