// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <deque>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pawl/host/client/link.hpp>

namespace pawl::host::test {

/// A link that gives the events of a test, and writes down what it is asked for.
class TestLink final : public Link {
 public:
  Status start(Instant /*now*/) override {
    started = true;
    return {};
  }
  Status provide(const ClientCredential& credential, Instant /*now*/) override {
    provided = &credential;
    return {};
  }
  [[nodiscard]] bool takes_messages(Instant now) const override { return now >= takes_from; }
  Result<std::size_t> send(const Fragment& fragment, Instant /*now*/) override {
    if (full) return Error::would_block;
    if (fragment.bytes.size() > longest) return Error::too_long;
    const Bytes taken = fragment.bytes.first(std::min(fragment.bytes.size(), most));
    sent.emplace_back(taken.begin(), taken.end());
    return taken.size();
  }
  [[nodiscard]] std::size_t longest_message() const override { return longest; }
  void close(Instant /*now*/) override { ++closes; }
  [[nodiscard]] bool is_open() const override { return open_; }

  /// It is open from Established to Closed, with which it is over.
  Event run(Instant /*now*/) override {
    if (events.empty()) return {};
    Event event = events.front();
    events.pop_front();
    if (std::holds_alternative<Established>(event)) open_ = true;
    if (std::holds_alternative<Closed>(event)) {
      open_ = false;
      over = true;
    }
    return event;
  }
  void flush(Instant /*now*/) override { ++flushes; }
  [[nodiscard]] bool wants_read() const override { return true; }
  [[nodiscard]] bool wants_write() const override { return full; }
  [[nodiscard]] std::optional<Instant> deadline() const override { return due; }
  [[nodiscard]] std::optional<Instant> deadline_without_events() const override { return std::nullopt; }
  [[nodiscard]] bool finished() const override { return over; }
  /// Nobody looks at the number.
  [[nodiscard]] int fd() const override { return 1; }
  [[nodiscard]] unsigned fd_changes() const override { return renewals; }
  void not_listening(Instant /*now*/) override { ++held; }

  [[nodiscard]] std::optional<Duration> reply_wait() const override { return wait; }
  void tend(Instant /*now*/, ClientObserver& observer) override {
    const LineChange told = std::exchange(change, LineChange::none);
    if (told != LineChange::none) observer.line_changed({Way::serial}, told);
  }
  [[nodiscard]] std::optional<LinkReport> report() const override { return counted; }
  [[nodiscard]] bool refused() const override { return nobody; }

  // What it does.

  std::deque<Event> events;
  Instant takes_from{};
  /// Of a message in one send().
  std::size_t most = std::numeric_limits<std::size_t>::max();
  std::size_t longest = std::numeric_limits<std::size_t>::max();
  unsigned renewals = 0;
  bool full = false;
  bool over = false;
  bool nobody = false;
  std::optional<Instant> due;
  std::optional<Duration> wait;
  std::optional<LinkReport> counted;
  LineChange change = LineChange::none;

  // What it was asked for.

  bool started = false;
  const ClientCredential* provided = nullptr;
  std::vector<std::string> sent;
  int closes = 0;
  int flushes = 0;
  int held = 0;

 private:
  bool open_ = false;
};

}  // namespace pawl::host::test
