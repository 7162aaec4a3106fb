// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <pawl/host/client/link.hpp>
#include <pawl/host/net/stream.hpp>
#include <pawl/nstp/client.hpp>
#include <pawl/port/nstp_pump.hpp>

namespace pawl::host {

/// A session of NSTP. Its source gives whole messages, each after the answer to the one before. See WholeMessages. As
/// with the published client there is half a second between a message and the next one. An answer has to repeat the
/// message that it belongs to, because nothing else on this wire says which that is (weakness W4 in SECURITY.md).
class NstpLink final : public Link {
 public:
  /// The longest message. The server puts "Server received: " before it.
  static constexpr std::size_t kLongestText = 16384;

  /// The settings and `random` outlive the link.
  NstpLink(const nstp::ClientSettings& settings, Random& random, std::unique_ptr<Stream> stream);

  Status start(Instant now) override { return side_.start(now); }
  /// Error::wrong_state, because NSTP derives its key before it connects.
  Status provide(const ClientCredential& credential, Instant now) override;
  [[nodiscard]] bool takes_messages(Instant now) const override;
  Result<std::size_t> send(const Fragment& fragment, Instant now) override;
  [[nodiscard]] std::size_t longest_message() const override { return kLongestText; }
  void close(Instant now) override;
  [[nodiscard]] bool is_open() const override { return side_.is_open(); }

  Event run(Instant now) override;
  void flush(Instant now) override { pump_.flush(now); }
  [[nodiscard]] bool wants_read() const override { return pump_.wants_read(); }
  [[nodiscard]] bool wants_write() const override { return pump_.wants_write(); }
  [[nodiscard]] std::optional<Instant> deadline() const override;
  /// A server that is not read from is not silent. So nothing is waited for then.
  [[nodiscard]] std::optional<Instant> deadline_without_events() const override { return std::nullopt; }
  [[nodiscard]] bool finished() const override { return pump_.finished(); }
  [[nodiscard]] int fd() const override { return stream_->fd(); }

 private:
  struct Buffers {
    ByteArray<kLongestText + 512> receive{};
    ByteArray<kLongestText + 512> send{};
    ByteArray<kLongestText + 512> input{};
  };

  /// It is open, and no answer is waited for.
  [[nodiscard]] bool is_idle() const { return side_.is_open() && !side_.awaits_response(); }
  Event on(const nstp::Message& event);
  static Event on(const nstp::Established& /*event*/) { return Established{}; }
  [[nodiscard]] Event on(const nstp::Closed& event) const;
  static Event on(const nstp::PskWanted& /*a server's*/) { return {}; }
  static Event on(std::monostate /*no event*/) { return {}; }

  std::unique_ptr<Buffers> buffers_ = std::make_unique<Buffers>();
  std::unique_ptr<Stream> stream_;
  nstp::Client side_;
  NstpPump pump_;
  /// What the last message says.
  std::string sent_;
  /// When the next message may be sent. None once that has come.
  std::optional<Instant> send_at_{};
  /// The server has answered another message than the one sent.
  bool foreign_ = false;
};

}  // namespace pawl::host
