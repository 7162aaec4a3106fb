// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <pawl/host/client/datagram_link.hpp>
#include <pawl/host/net/event_loop.hpp>

namespace pawl::host {

DatagramLink::DatagramLink(const ClientSettings& settings, Random& random, std::unique_ptr<DatagramPort> port)
    : port_(std::move(port)),
      send_(port_->capacity()),
      receive_(port_->capacity()),
      windows_(replay_words(kWindow)),
      session_(settings, random, send_, windows_),
      pump_(session_, port_->transport(), receive_) {}

Result<std::size_t> DatagramLink::send(const Fragment& fragment, Instant now) {
  const Status sent = session_.send(fragment.bytes, now);
  return sent.ok() ? Result(fragment.bytes.size()) : sent.error();
}

std::optional<Instant> DatagramLink::deadline() const { return sooner(pump_.deadline(), port_->tend_at()); }

std::optional<Instant> DatagramLink::deadline_without_events() const { return session_.deadline(); }

void DatagramLink::tend(Instant now, ClientObserver& observer) {
  const LineChange change = port_->tend(now);
  if (change != LineChange::none) observer.line_changed(port_->point(), change);
}

}  // namespace pawl::host
