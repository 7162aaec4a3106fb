// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include <pawl/host/base/text.hpp>
#include <pawl/host/client/nstp_link.hpp>
#include <pawl/host/net/event_loop.hpp>

namespace pawl::host {
namespace {

/// It is as long as in the published client.
constexpr Duration kPause = milliseconds(500);
constexpr std::string_view kAnswer = "Server received: ";

}  // namespace

NstpLink::NstpLink(const nstp::ClientSettings& settings, Random& random, std::unique_ptr<Stream> stream)
    : stream_(std::move(stream)),
      side_(settings, random, buffers_->receive, buffers_->send),
      pump_(side_, *stream_, buffers_->input) {}

Status NstpLink::provide(const ClientCredential& /*credential*/, Instant /*now*/) { return Error::wrong_state; }

bool NstpLink::takes_messages(Instant now) const { return is_idle() && (!send_at_ || now >= *send_at_); }

Result<std::size_t> NstpLink::send(const Fragment& fragment, Instant now) {
  if (fragment.bytes.size() > kLongestText) return Error::too_long;
  sent_.assign(fragment.bytes.begin(), fragment.bytes.end());
  PAWL_TRY(side_.send(fragment.bytes, now));
  send_at_ = now + kPause;
  return fragment.bytes.size();
}

void NstpLink::close(Instant /*now*/) { side_.close(); }

Event NstpLink::run(Instant now) {
  if (send_at_ && now >= *send_at_) send_at_.reset();
  return std::visit([&](const auto& each) { return on(each); }, pump_.run(now));
}

std::optional<Instant> NstpLink::deadline() const {
  return is_idle() ? sooner(pump_.deadline(), send_at_) : pump_.deadline();
}

Event NstpLink::on(const nstp::Message& event) {
  const std::string expected = std::string(kAnswer) + sent_;
  if (std::ranges::equal(event.text, bytes_of(expected))) return Message{event.text, true};
  foreign_ = true;
  side_.close();
  return {};
}

Event NstpLink::on(const nstp::Closed& event) const {
  return Closed{.error = foreign_ ? Error::tampered : event.error};
}

}  // namespace pawl::host
