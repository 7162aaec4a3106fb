// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <pawl/host/net/event_loop.hpp>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "output_stream.hpp"

namespace pawl::app {

/// Says what happens. It does so in lines for people on standard error, or with --json on standard output, one object a
/// line, as {"event": "...", "time": "...", ...}. Untrusted text goes through printable() first, and nobody gives
/// secrets to it. It never waits for its reader. See OutputStream. Lines that were lost are counted, and that is said
/// once there is room again.
class Reporter final : private host::EventLoop::Handler {
 public:
  struct Options {
    bool json = false;
    bool verbose = false;
    /// Lines for people begin with the time, as a log needs it.
    bool stamped = false;
  };

  struct Field {
    std::string_view name;
    std::variant<bool, std::uint64_t, std::string_view> value;
  };
  using Fields = std::initializer_list<Field>;

  explicit Reporter(const Options& options);
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;
  ~Reporter() = default;

  /// While it lives, a loop goes on with what could not be written at once.
  class Attachment {
   public:
    /// Both outlive it.
    Attachment(Reporter& reporter, host::EventLoop& loop) : reporter_(reporter) {
      host::EventLoop::Handler& handler = reporter;
      reporter.watch_.emplace(loop, handler);
    }
    Attachment(const Attachment&) = delete;
    Attachment& operator=(const Attachment&) = delete;
    ~Attachment() { reporter_.watch_.reset(); }

   private:
    Reporter& reporter_;
  };

  /// From now on it speaks to machines, or says more, also if it was not told so at first.
  void adopt(bool json, bool verbose) {
    options_.json = options_.json || json;
    options_.verbose = options_.verbose || verbose;
  }

  /// For machines it says `name` with `fields`. For people it says `human_text`, or nothing if that is empty.
  void event(std::string_view name, Fields fields, const std::string& human_text);
  /// Something the user should change. It is the event "warning" with the field "text".
  void warn(const std::string& text);
  /// The same for what comes again whenever somebody connects. It is said once, and later only with --verbose. After a
  /// thousand different ones, what is new is said only with --verbose too.
  void warn_once(const std::string& text);
  /// It is said only with --verbose. It is the event "verbose" with the field "text".
  void verbose(const std::string& text);
  /// Why the command gives up. It is the event "error" with the field "text". It goes to standard error if standard
  /// output takes no more.
  void error(const std::string& text);
  /// Writes `text` for people who look on, just as it is, without a line end. It does not if they do not keep up.
  void draw(std::string_view text);

  /// Waits for the reader of what was said, for `patience` at most. False if some of it was lost, and nobody told.
  bool finish(std::optional<Duration> patience);
  /// Why standard output takes no more events. None while it does.
  [[nodiscard]] const std::error_code& output_error() const { return out_.error(); }
  /// Whether events wait for the reader of standard output.
  [[nodiscard]] bool events_wait() const { return out_.pending(); }
  /// Goes on with those.
  void flush();
  /// The descriptor of standard output.
  [[nodiscard]] int output_fd() const { return out_.fd(); }

  /// Whether standard output belongs to --json, and takes nothing but events.
  [[nodiscard]] bool json() const { return options_.json; }
  [[nodiscard]] bool is_verbose() const { return options_.verbose; }
  /// Whether progress bars are drawn. They are if standard error is a terminal and people read it.
  [[nodiscard]] bool shows_progress() const { return !options_.json && terminal_; }

 private:
  void on_ready(Instant now) override;
  /// What lines go to.
  OutputStream& stream() { return options_.json ? out_ : err_; }
  void write(const std::string& line);
  void write_event(std::string_view name, Fields fields);
  void tell_lost();
  /// A line for people, its first word in colour if there are any. The second one is without the time, for the last
  /// word of a program.
  [[nodiscard]] std::string line(std::string_view label, std::string_view colour, const std::string& text) const;
  [[nodiscard]] std::string unstamped(std::string_view label, std::string_view colour, const std::string& text) const;

  static constexpr std::size_t kMaxWarnings = 1000;

  Options options_;
  OutputStream out_;
  OutputStream err_;
  std::set<std::string> warnings_;
  bool terminal_;
  bool colour_;
  std::optional<host::EventLoop::Watch> watch_;
};

}  // namespace pawl::app
