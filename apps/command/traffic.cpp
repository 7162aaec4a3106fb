// SPDX-License-Identifier: Apache-2.0
#include "traffic.hpp"

#include <unistd.h>

#include <pawl/host/base/text.hpp>
#include <pawl/host/client/nstp_link.hpp>
#include <pawl/host/client/whole_messages.hpp>
#include <pawl/host/net/datagram_port.hpp>
#include <utility>

#include "console/count_source.hpp"
#include "console/failure_text.hpp"
#include "console/file_source.hpp"
#include "console/line_source.hpp"
#include "console/reply_output.hpp"

namespace pawl::app {
namespace {

using host::Way;
using host::WholeMessages;

/// The longest message that is one unit. None if messages have no limit.
std::optional<std::size_t> longest_message(const ConnectOptions& options) {
  switch (way_of(options)) {
    case Way::udp:
      return host::longest_message(host::kLongestUdp);
    case Way::serial:
      return host::longest_message(host::kLongestPacket);
    case Way::nstp:
      return host::NstpLink::kLongestText;
    case Way::tcp:
      break;
  }
  // What may have to be sent again is kept in memory.
  return options.retry ? std::optional(host::kLongestKept) : std::nullopt;
}

std::unique_ptr<host::MessageSource> make_parts(const ConnectOptions& options, Reporter& reporter) {
  if (options.count > 0) return std::make_unique<CountSource>(options.count);
  if (!options.file) return std::make_unique<LineSource>(STDIN_FILENO);
  auto file = std::make_unique<FileSource>(*options.file, reporter);
  const auto longest = longest_message(options);
  if (longest && file->size() > *longest) {
    const bool datagrams = over_datagrams(options);
    throw AppError(ExitCode::usage,
                   host::quoted(std::filesystem::path(*options.file)) + " has " + std::to_string(file->size()) +
                       " bytes, and a message " + (datagrams ? "over datagrams" : "with --retry") + " at most " +
                       std::to_string(*longest) + ". Send it " +
                       (datagrams ? "over TCP, to a server without --udp and --serial." : "without --retry."));
  }
  return file;
}

std::unique_ptr<host::MessageSource> make_source(const ConnectOptions& options, Reporter& reporter) {
  auto parts = make_parts(options, reporter);
  const auto longest = longest_message(options);
  if (!longest) return parts;
  const auto unanswered = options.retry ? WholeMessages::Unanswered::kept : WholeMessages::Unanswered::given_up;
  return std::make_unique<WholeMessages>(std::move(parts), *longest, unanswered);
}

/// Over datagrams each message has an answer before the next is sent.
host::OutboxDelivery::Limits limits_of(const ConnectOptions& options) {
  if (!over_datagrams(options)) return {};
  return {.longest = *longest_message(options) - host::kOutboxHeader, .window = 1};
}

}  // namespace

Way way_of(const ConnectOptions& options) {
  if (options.nstp.chosen) return Way::nstp;
  if (options.line.name) return Way::serial;
  return options.udp ? Way::udp : Way::tcp;
}

bool over_datagrams(const ConnectOptions& options) { return options.udp || options.line.name; }

Traffic::Traffic(const ConnectOptions& options, Reporter& reporter) : options_(options), reporter_(reporter) {
  if (options.outbox) {
    outbox_.emplace(require(host::OutboxFile::open(*options.outbox)));
  } else {
    source_ = make_source(options, reporter);
    output_ = make_output(reporter);
  }
}

void Traffic::begin() {
  if (!outbox_) return;
  auto lines = std::make_unique<LineSource>(STDIN_FILENO);
  const auto place = require(outbox_->place());
  if (place && place->offset > 0 && lines->go_on(*place)) {
    reporter_.event("input_goes_on", {{"offset", static_cast<std::uint64_t>(place->offset)}},
                    "The input was read before, and goes on behind byte " + std::to_string(place->offset) + ".");
  }
  delivery_ = std::make_unique<host::OutboxDelivery>(*outbox_, std::move(lines), limits_of(options_));
}

std::string Traffic::waiting() const {
  if (!outbox_ || outbox_->waiting() == 0) return "";
  return " Messages that wait in " + host::quoted(outbox_->path()) + ": " + std::to_string(outbox_->waiting()) + ".";
}

}  // namespace pawl::app
