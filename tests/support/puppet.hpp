// SPDX-License-Identifier: Apache-2.0
/// A session and a peer that does what it is told.
#pragma once

#include <memory>
#include <pawl/record/stream_opener.hpp>
#include <pawl/record/stream_sealer.hpp>

#include "tests/support/end.hpp"

namespace pawl::test {

/// A record as its receiver reads it.
struct Record {
  RecordType type = RecordType::data;
  Buffer content;
  bool odd_epoch = false;
};

/// A peer that does the handshake as it should, and then seals whatever record it is told to, and reads what comes.
/// What it means and whether it is allowed is none of its business.
class Puppet {
 public:
  /// As a Session's; a server's puppet knows one user.
  Puppet(const Settings& settings, const Enrolment& user, std::uint32_t seed);

  /// What it sends first: a client its hello, a server nothing.
  Buffer start();
  /// Takes one frame; what it answers. A frame that it cannot take fails the test.
  Buffer take(Bytes frame);
  [[nodiscard]] bool is_open() const { return sealer_ != nullptr; }

  Buffer seal(RecordType type, Bytes content = {}, std::size_t padding = 0);
  /// Seals in the next epoch from now on.
  void rekey();
  /// Opens whole records. One that does not open fails the test.
  std::vector<Record> read(Bytes records);

 private:
  Buffer go_on(Status step, Buffer answer);

  const Settings& settings_;
  const Enrolment& user_;
  SeededRandom random_;
  Handshake handshake_;
  /// The last frame taken, which the handshake views.
  Buffer frame_;
  std::unique_ptr<StreamSealer> sealer_;
  std::unique_ptr<StreamOpener> opener_;
};

/// A session under test whose peer is a puppet. Alter `client` and `server`, their settings and sizes, then open().
class Rig {
 public:
  /// `side` is that of the session; the other end only lends its settings to the puppet.
  explicit Rig(Side side, const Flow& flow = kRawKeyPsk);

  Enrolled enrolled;
  Client client;
  Server server;
  Instant now{1'000'000};

  /// Does the handshake.
  void open();

  [[nodiscard]] End& end();
  [[nodiscard]] Session& session() { return end().session(); }
  [[nodiscard]] Puppet& puppet() { return *puppet_; }

  /// The session receives these bytes; how many it took.
  std::size_t hear(Bytes bytes) { return end().give(bytes, now); }
  /// The session receives a record.
  void hear(RecordType type, Bytes content = {}) { hear(puppet_->seal(type, content)); }
  /// The records that the session sends now.
  std::vector<Record> said() { return puppet_->read(end().take(now)); }

  struct Said {
    Duration at;
    Record record;
  };
  /// Lets time pass, stopping at each deadline, and returns what the session sends and when, counted from now.
  std::vector<Said> pass(Duration duration);

 private:
  Side side_;
  std::unique_ptr<Puppet> puppet_;
};

}  // namespace pawl::test
