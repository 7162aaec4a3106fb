// SPDX-License-Identifier: Apache-2.0
#include "datagram_host.hpp"

#include <algorithm>
#include <utility>

#include "server.hpp"
#include "text.hpp"

namespace pawl::app {
namespace {

/// A serial line has one peer; what it begins anew takes a second place until it is open.
constexpr std::size_t kLinePlaces = 4;
/// After so many events the rest of the loop has its turn.
constexpr int kHostEventsPerRound = 256;

std::unique_ptr<DatagramPort> open_port(const ServeOptions& options) {
  check_datagram_idle(options.idle);
  if (options.serial) return std::make_unique<SerialLinePort>(parse_line_name(*options.serial));
  const Endpoint endpoint = parse_listen_endpoint(options.listen);
  auto socket = UdpServer::open(endpoint.host, endpoint.port);
  if (!socket.ok()) throw cannot_listen(options.listen, socket.error());
  return std::make_unique<UdpServerPort>(std::move(socket.value()));
}

void add(LinkCounters& to, const LinkCounters& counters) {
  to.dropped += counters.dropped;
  to.corrupt += counters.corrupt;
  to.replayed += counters.replayed;
  to.retransmitted += counters.retransmitted;
}

}  // namespace

DatagramHost::Room::Room(const ServerContext& context, Random& random, std::size_t longest)
    : tx(longest), windows(replay_words(kWindow)), session(context.settings, random, tx, windows) {}

DatagramHost::DatagramHost(const ServeOptions& options, Reporter& reporter)
    : reporter_(reporter),
      context_(options, reporter),
      port_(open_port(options)),
      sessions_(make_sessions(options.serial ? kLinePlaces : options.max_sessions)),
      seats_(sessions_.size()),
      server_(context_.settings, context_.random, sessions_,
              std::min<std::size_t>(sessions_.size(), context_.limits.half_open)),
      buffer_(port_->capacity()),
      early_(port_->capacity()),
      pump_(server_, port_->transport(), buffer_, early_) {
  context_.settings.max_rx = port_->max_rx(true);
  require(server_.start(clock_.now()));
}

std::vector<DatagramServerSession*> DatagramHost::make_sessions(std::size_t count) {
  std::vector<DatagramServerSession*> sessions;
  for (std::size_t i = 0; i < count; ++i) {
    sessions.push_back(&rooms_.emplace_back(context_, context_.random, port_->capacity()).session);
  }
  return sessions;
}

ExitCode DatagramHost::run() {
  StopSignal::expect();
  port_->report_listening(reporter_);
  while (!stopped()) {
    wait();
    if (StopSignal::came() && !stop_by_) begin_stop();
    step();
  }
  report_counters();
  reporter_.event("stopped", {}, "Stopped.");
  return ExitCode::ok;
}

void DatagramHost::wait() {
  polls_.clear();
  polls_.add(stop_signal_.fd(), stop_by_ ? 0 : POLLIN);
  polls_.add(port_->fd(), POLLIN | (pump_.wants_write() ? POLLOUT : 0));
  polls_.wait(sooner(pump_.deadline(), sooner(port_->tend_at(), stop_by_)), clock_.now());
}

void DatagramHost::step() {
  const Instant now = clock_.now();
  port_->tend(now, reporter_);
  std::erase_if(waiting_, [&](std::size_t place) { return deliver(place); });
  // PROTOCOL.md 14.1: what costs a key exchange at once is only for those who are where they say, once it gets scarce.
  const bool scarce = context_.admission.exchanges_scarce(now);
  server_.cookies = scarce ? DatagramServer::Cookies::for_exchange : DatagramServer::Cookies::when_crowded;
  for (int i = 0; i < kHostEventsPerRound; ++i) {
    const auto happening = pump_.run(clock_.now());
    if (!happening) break;
    std::visit([&](const auto& each) { on(happening->place, each); }, happening->event);
  }
}

// Answers.

void DatagramHost::answer(std::size_t place, Answer answer) {
  Seat& seat = seats_[place];
  if (seat.answer) return;
  seat.answer = std::move(answer);
  if (!deliver(place)) waiting_.push_back(place);
}

/// True if nothing waits any more.
bool DatagramHost::deliver(std::size_t place) {
  Seat& seat = seats_[place];
  if (!seat.answer) return true;
  DatagramServerSession& session = server_.session(place);
  const Bytes bytes = bytes_of(seat.answer->bytes);
  Status sent = session.send(bytes, clock_.now());
  if (sent.error() == Error::would_block) {
    pump_.touch(place, clock_.now());
    sent = session.send(bytes, clock_.now());
  }
  if (sent.error() == Error::would_block) return false;
  if (sent.error() == Error::too_long) {
    reporter_.verbose("An answer does not fit a datagram of " + printable(bytes_of(seat.guest->user())) +
                      "'s: not sent.");
  }
  // Any other error: the session is ending, and says why by itself.
  seat.answer.reset();
  pump_.touch(place, clock_.now());
  return true;
}

// Events.

void DatagramHost::on(std::size_t place, const CredentialWanted& event) {
  const Instant now = clock_.now();
  DatagramServerSession& session = server_.session(place);
  Seat& seat = seats_[place];
  seat = {};
  seat.guest = std::make_unique<Guest>(context_, peer_address(session.peer()), now);
  std::uint16_t wait = 0;
  if (stop_by_ || !enter(place)) {
    wait = 1;
  } else {
    wait = seat.guest->admit(event, now);
  }
  // A failure ends the session, and comes as Closed.
  static_cast<void>(wait > 0 ? session.refuse(wait, now) : server_.provide(place, seat.guest->record(), now));
}

/// The limit for each source counts those that have shown where they are: the others could say that they are anywhere,
/// and take the places of whoever really is there. The core limits them, in all.
bool DatagramHost::enter(std::size_t place) {
  if (!server_.session(place).cookie_good()) return true;
  Seat& seat = seats_[place];
  seat.place = context_.admission.half_open().enter(seat.guest->peer().prefix);
  return seat.place != nullptr;
}

void DatagramHost::on(std::size_t place, const Established& event) {
  Seat& seat = seats_[place];
  seat.place.reset();
  seat.guest->on(event, clock_.now());
  limit_sessions(place);
}

void DatagramHost::on(std::size_t place, const Message& event) {
  auto reply = seats_[place].guest->on(event, clock_.now());
  if (reply) return answer(place, std::move(*reply));
  server_.session(place).close(clock_.now(), CloseReason::limit);
}

void DatagramHost::on(std::size_t place, const Closed& event) {
  Seat& seat = seats_[place];
  add(ended_, server_.session(place).counters());
  if (seat.guest) seat.guest->on(event, clock_.now());
  seat = {};
}

/// PROTOCOL.md 14.1
void DatagramHost::limit_sessions(std::size_t newcomer) {
  const Seat* seat = one_too_many(seats_, *seats_[newcomer].guest, [&](const Seat& each) {
    const auto place = static_cast<std::size_t>(&each - seats_.data());
    return each.guest && server_.session(place).is_open() ? each.guest.get() : nullptr;
  });
  if (seat == nullptr) return;
  reporter_.verbose(too_many_sessions());
  const auto place = static_cast<std::size_t>(seat - seats_.data());
  server_.session(place).close(clock_.now(), CloseReason::limit);
  pump_.touch(place, clock_.now());
}

// The end.

void DatagramHost::begin_stop() {
  const Instant now = clock_.now();
  reporter_.verbose("Stopping: closing all sessions.");
  stop_by_ = now + Config::kCloseWait;
  for (std::size_t place = 0; place < server_.places(); ++place) {
    server_.session(place).close(now);
    pump_.touch(place, now);
  }
}

bool DatagramHost::stopped() {
  if (!stop_by_) return false;
  const bool all_over = std::ranges::all_of(sessions_, [](const auto* each) {
    return !each->is_open() && !each->is_half_open() && each->outgoing().empty();
  });
  return (all_over && !port_->transport().sending()) || clock_.now() >= *stop_by_;
}

void DatagramHost::report_counters() {
  LinkCounters all = ended_;
  add(all, server_.counters());
  for (const auto* each : sessions_) {
    if (each->is_open()) add(all, each->counters());
  }
  report_link(reporter_, port_->transport().counters(), all);
}

ExitCode serve(const ServeOptions& options, Reporter& reporter) {
  const bool datagrams = options.udp || options.serial;
  return datagrams ? DatagramHost(options, reporter).run() : Server(options, reporter).run();
}

}  // namespace pawl::app
