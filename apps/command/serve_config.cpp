// SPDX-License-Identifier: Apache-2.0
#include "serve_config.hpp"

#include <array>
#include <concepts>
#include <limits>
#include <map>
#include <pawl/host/net/endpoint.hpp>
#include <pawl/host/net/serial_line.hpp>
#include <pawl/host/store/config_file.hpp>
#include <pawl/wire/parameters.hpp>
#include <utility>

namespace pawl::app {
namespace {

/// Calls `each` with the key and the value of all that a file can say, but for the limits.
template <class Options, class Each>
void for_each_key(Options& options, const Each& each) {
  each("listen", options.listen);
  each("udp", options.udp);
  each("serial", options.line.name);
  each("reset", options.line.reset);
  each("wait", options.line.wait);
  each("users", options.users.path);
  each("store_key", options.users.key);
  each("save", options.save);
  each("inbox", options.inbox);
  each("exec", options.exec);
  each("exec_arguments", options.exec_arguments);
  each("exec_framing", options.exec_framing);
  each("forward", options.forward);
  each("keep_tickets", options.keep_tickets);
  each("max_sessions", options.max_sessions);
  each("idle", options.idle);
  each("nstp", options.nstp.chosen);
  each("device_salt", options.nstp.device_salt);
  each("json", options.json);
  each("verbose", options.verbose);
}

/// Puts what the file says into options.
class Taker {
 public:
  Taker(host::ConfigFile& file, const ConfigOptions& config) : file_(file), config_(config) {}

  void operator()(const char* key, bool& value) const { take(key, file_.flag(key), value); }
  void operator()(const char* key, std::string& value) const { take(key, file_.text(key), value); }
  void operator()(const char* key, std::optional<std::string>& value) const { take(key, file_.text(key), value); }
  void operator()(const char* key, std::optional<std::filesystem::path>& value) const {
    take(key, file_.text(key), value);
  }
  void operator()(const char* key, std::vector<std::string>& value) const { take(key, file_.texts(key), value); }
  void operator()(const char* key, host::Framing& value) const { take(key, framing(key), value); }
  void operator()(const char* key, std::uint16_t& value) const { take(key, file_.number(key, kIdle), value); }
  void operator()(const char* key, std::size_t& value) const { take(key, file_.number(key, kSessions), value); }

 private:
  static constexpr host::ConfigFile::Range kIdle{kMinIdle, std::numeric_limits<std::uint16_t>::max(), true};
  static constexpr host::ConfigFile::Range kSessions{1, ServeOptions::kMostSessions};

  [[nodiscard]] std::optional<host::Framing> framing(const char* key) const {
    const auto name = file_.text(key);
    if (!name) return std::nullopt;
    const auto found = framings().find(*name);
    if (found != framings().end()) return found->second;
    file_.fail(key, R"(it must be "lines" or "lengths")");
    return std::nullopt;
  }
  template <class From, class To>
  void take(const char* key, std::optional<From> from, To& to) const {
    if (from && !config_.overridden.contains(key)) to = static_cast<To>(*std::move(from));
  }

  host::ConfigFile& file_;
  const ConfigOptions& config_;
};

/// What excludes each other in a file, as the options of these names do.
constexpr std::array<std::pair<const char*, const char*>, 16> kExclusions{{
    {"serial", "listen"},
    {"serial", "udp"},
    {"inbox", "save"},
    {"exec", "save"},
    {"exec", "inbox"},
    {"forward", "save"},
    {"forward", "inbox"},
    {"forward", "exec"},
    {"forward", "udp"},
    {"forward", "serial"},
    {"nstp", "save"},
    {"nstp", "inbox"},
    {"nstp", "forward"},
    {"nstp", "udp"},
    {"nstp", "serial"},
    {"nstp", "keep_tickets"},
}};

/// Whether the file has the key, and it counts.
bool says(const host::ConfigFile& file, const ServeOptions& options, const char* key) {
  return file.has(key) && !options.config.overridden.contains(key);
}

/// A flag that is false excludes nothing.
bool holds(const host::ConfigFile& file, const ServeOptions& options, const std::string& key) {
  if (key == "udp") return options.udp;
  if (key == "nstp") return options.nstp.chosen;
  if (key == "keep_tickets") return options.keep_tickets;
  return says(file, options, key.c_str());
}

/// The same for what means something only together with `other`.
bool misses(const host::ConfigFile& file, const ServeOptions& options, const char* key, const char* other) {
  return says(file, options, key) && !options.config.overridden.contains(other);
}

void check_together(host::ConfigFile& file, const ServeOptions& options) {
  for (const auto& [one, other] : kExclusions) {
    if (holds(file, options, one) && holds(file, options, other)) {
      file.fail(one, std::string("it cannot be with ") + other);
    }
  }
  for (const char* key : {"reset", "wait"}) {
    if (!options.line.name && misses(file, options, key, "serial"))
      file.fail(key, "it is for a line, and no serial is there");
  }
  for (const char* key : {"exec_arguments", "exec_framing"}) {
    if (!options.exec && misses(file, options, key, "exec"))
      file.fail(key, "it is for a command, and no exec is there");
  }
  if (!options.nstp.chosen && misses(file, options, "device_salt", "nstp")) {
    file.fail("device_salt", "it is for nstp, which is not chosen");
  }
}

void check_values(host::ConfigFile& file, const ServeOptions& options) {
  const auto blame = [&](const char* key, const std::string& what) {
    if (says(file, options, key)) file.fail(key, what);
  };
  const auto endpoint = host::parse_listen_endpoint(listen_of(options));
  if (!endpoint.ok()) blame("listen", endpoint.failure().detail);
  if (options.line.name && !host::parse_line_name(*options.line.name).ok()) {
    blame("serial", "it is no serial line. Write PATH, PATH:BAUD or tcp:HOST:PORT");
  }
  if (!parse_device_salt(options.nstp.device_salt)) blame("device_salt", "it must be 8 to 16 bytes in lower-case hex");
  if ((options.udp || options.line.name) && options.idle == 0) blame("idle", "over datagrams it must be at least 3");
}

std::string text_of(host::Framing value) { return std::to_string(static_cast<int>(value)); }
template <std::integral T>
std::string text_of(T value) {
  return std::to_string(value);
}
std::string text_of(const std::string& value) { return value; }
std::string text_of(const std::filesystem::path& value) { return value.string(); }
std::string text_of(const std::vector<std::string>& value) {
  std::string text;
  for (const std::string& each : value) text.append(1, '\0').append(each);
  return text;
}
template <class T>
std::string text_of(const std::optional<T>& value) {
  return value ? '=' + text_of(*value) : "";
}

}  // namespace

host::FailureOr<ServeOptions> with_config(const ServeOptions& options) {
  if (!options.config.file) return options;
  auto file = host::ConfigFile::read(*options.config.file);
  if (!file.ok()) return file.failure();
  ServeOptions result = options;
  for_each_key(result, Taker(file.value(), options.config));
  host::read_limits(file.value(), result.limits);
  check_together(file.value(), result);
  check_values(file.value(), result);
  PAWL_HOST_TRY(file.value().done());
  return result;
}

std::vector<std::string> fixed_changes(const ServeOptions& running, const ServeOptions& next) {
  std::map<std::string, std::string> before;
  for_each_key(running, [&](const char* key, const auto& value) { before[key] = text_of(value); });
  std::vector<std::string> keys;
  for_each_key(next, [&](const std::string& key, const auto& value) {
    if (key != "idle" && before[key] != text_of(value)) keys.push_back(key);
  });
  return keys;
}

}  // namespace pawl::app
