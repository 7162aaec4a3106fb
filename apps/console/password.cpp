// SPDX-License-Identifier: Apache-2.0
#include "password.hpp"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <pawl/crypto/constant_time.hpp>
#include <pawl/port/posix/descriptor.hpp>

#include <pawl/host/base/text.hpp>
#include "failure_text.hpp"

namespace pawl::app {
namespace {

using host::bytes_of;
using host::printable;
using host::SecretBuffer;
using host::without_mark;

constexpr const char* kTerminal = "/dev/tty";
constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

volatile std::sig_atomic_t interrupted = 0;

extern "C" void note_interruption(int /*signal*/) { interrupted = 1; }

/// While it lives, the signals that end a program only end wait(), because first the terminal must be put in order.
class Interruptible {
 public:
  Interruptible() {
    interrupted = 0;
    sigset_t blocked;
    sigemptyset(&blocked);
    for (const int signal : kSignals) sigaddset(&blocked, signal);
    pthread_sigmask(SIG_BLOCK, &blocked, &old_mask_);
    struct sigaction action {};
    action.sa_handler = note_interruption;
    for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals.at(i), &action, &old_actions_.at(i));
  }
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;
  ~Interruptible() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals.at(i), &old_actions_.at(i), nullptr);
    pthread_sigmask(SIG_SETMASK, &old_mask_, nullptr);
  }

  /// Waits for POLLIN or POLLOUT. The signals come in here alone, so that none comes between looking for one and
  /// waiting.
  void wait(int fd, std::int16_t for_what) const {
    pollfd wanted{fd, for_what, 0};
    int ready = 0;
    while (interrupted == 0 && ready <= 0) ready = ppoll(&wanted, 1, nullptr, &old_mask_);
    if (interrupted != 0) {
      throw AppError(ExitCode::interrupted, "Interrupted while asking for the password; nothing was done.");
    }
  }

 private:
  sigset_t old_mask_{};
  std::array<struct sigaction, kSignals.size()> old_actions_{};
};

/// The terminal. While this lives, it does not show what is typed.
class SilentTerminal {
 public:
  SilentTerminal() : file_(::open(kTerminal, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) {
    if (tcgetattr(file_.get(), &old_) != 0) {
      throw AppError(ExitCode::usage,
                     "There is no terminal to ask for the password. Use --password-file FILE, or --password-file - and "
                     "standard input.");
    }
    termios silent = old_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHOE | ECHOK | ECHONL);
    silent.c_cc[VSUSP] = _POSIX_VDISABLE;  // Ctrl-Z would leave the shell with a silent terminal.
    tcsetattr(file_.get(), TCSAFLUSH, &silent);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;
  /// Drops what was typed and not read, because the rest of a long password is no command for the shell.
  ~SilentTerminal() { tcsetattr(file_.get(), TCSAFLUSH, &old_); }

  [[nodiscard]] int fd() const { return file_.get(); }

  void show(std::string_view text) const {
    if (::write(fd(), text.data(), text.size()) < 0) throw file_error("write", kTerminal);
  }

 private:
  Descriptor file_;
  termios old_{};
};

/// Room for what other systems put before a text and at the end of a line.
using Line = SecretBuffer<struct LineTag, Password::kMaxSize + 5>;

AppError too_long() { return {ExitCode::usage, "The password is too long. Use at most 1024 bytes."}; }

/// The line without its end.
Password password_of(Line& line) {
  if (line.size() > 0 && line.bytes().back() == '\n') line.drop_last();
  if (line.size() > 0 && line.bytes().back() == '\r') line.drop_last();
  if (without_mark(line.bytes()).empty())
    throw AppError(ExitCode::usage, "The password is empty. Use at least one character.");
  Password password;
  if (!password.append(without_mark(line.bytes()))) throw too_long();
  return password;
}

/// Reads to the end of the line and no further, because what follows on standard input is for others. `wait` comes
/// before each byte. It is not certain that a byte is there then, because Ctrl-C takes back what was typed.
template <class Wait>
Password read_line(int fd, const std::filesystem::path& name, const Wait& wait) {
  Line line;
  while (line.size() == 0 || line.bytes().back() != '\n') {
    if (line.free().empty()) throw too_long();
    wait(fd);
    const ssize_t size = ::read(fd, line.free().data(), 1);
    if (size < 0 && errno == EAGAIN) continue;
    if (size < 0) throw file_error("read", name);
    if (size == 0) break;
    line.grow(1);
  }
  return password_of(line);
}

void wait_for_input(int fd) {
  pollfd wanted{fd, POLLIN, 0};
  ::poll(&wanted, 1, -1);
}

Password ask(const Interruptible& signals, const SilentTerminal& terminal, const std::string& prompt) {
  signals.wait(terminal.fd(), POLLOUT);
  terminal.show(prompt);
  Password password = read_line(terminal.fd(), kTerminal, [&](int fd) { signals.wait(fd, POLLIN); });
  terminal.show("\n");
  return password;
}

Password prompt(const std::string& user, Ask how) {
  const Interruptible signals;
  const SilentTerminal terminal;
  Password password = ask(signals, terminal, "Password for " + printable(bytes_of(user)) + ": ");
  if (how == Ask::once) return password;
  const Password again = ask(signals, terminal, "The same again: ");
  if (again.size() != password.size() || !equal(again.bytes(), password.bytes())) {
    throw AppError(ExitCode::usage, "The two passwords differ. Nothing was done; try again.");
  }
  return password;
}

Password read_file(const std::string& name) {
  const Descriptor file(::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!file.valid()) throw file_error("read", name);
  return read_line(file.get(), name, wait_for_input);
}

Password read_standard_input() {
  if (isatty(STDIN_FILENO) == 1) {
    throw AppError(
        ExitCode::usage,
        "Standard input is a terminal, which would show the password. Leave --password-file out to be asked for it.");
  }
  return read_line(STDIN_FILENO, "standard input", wait_for_input);
}

}  // namespace

Password read_password(const std::optional<std::string>& source, const std::string& user, Ask ask) {
  if (!source) return prompt(user, ask);
  return *source == "-" ? read_standard_input() : read_file(*source);
}

}  // namespace pawl::app
