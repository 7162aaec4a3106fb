// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <pawl/nstp/client.hpp>
#include <pawl/port/nstp_pump.hpp>
#include <pawl/port/posix/clock.hpp>
#include <pawl/port/posix/random.hpp>
#include <pawl/port/posix/tcp.hpp>

#include "exit_code.hpp"
#include "message_source.hpp"
#include "poll_set.hpp"
#include "reply_output.hpp"
#include "reporter.hpp"
#include "stop_signal.hpp"

namespace pawl::app {

/// One connection to a server of NSTP, to its end.
class NstpClient {
 public:
  struct Outcome {
    Error error = Error::none;
    /// What ended it from this side before its time.
    std::optional<AppError> failure;
    /// Whether the server has proved itself.
    bool established = false;
  };

  /// `socket` is connected. Sends `count` messages. All references outlive the client.
  NstpClient(const nstp::ClientSettings& settings, Descriptor socket, std::uint64_t count, ReplyOutput& output,
             const StopSignal& stop_signal, Reporter& reporter);
  NstpClient(const NstpClient&) = delete;
  NstpClient& operator=(const NstpClient&) = delete;
  ~NstpClient() = default;

  Outcome run();

 private:
  void converse();
  void receive();
  void send();
  void give_up(const AppError& failure);
  void wait();

  void on(const nstp::Established& event);
  void on(const nstp::Message& event);
  void on(const nstp::Closed& event);
  static void on(std::monostate /*no event*/) {}
  static void on(const nstp::PskWanted& /*a server's*/) {}

  const nstp::ClientSettings& settings_;
  ReplyOutput& output_;
  const StopSignal& stop_signal_;
  Reporter& reporter_;
  MonotonicClock clock_;
  SystemRandom random_;
  CountSource source_;
  /// What the last message says.
  std::string sent_;
  /// When the next message may be sent.
  Instant send_at_;
  ByteArray<512> receive_buffer_{};
  ByteArray<512> send_buffer_{};
  ByteArray<512> input_{};
  TcpTransport transport_;
  nstp::Client client_;
  NstpPump pump_;
  PollSet polls_;
  Outcome outcome_;
};

}  // namespace pawl::app
