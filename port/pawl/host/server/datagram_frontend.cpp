// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include <pawl/host/base/text.hpp>
#include <pawl/host/server/datagram_frontend.hpp>

namespace pawl::host {
namespace {

/// A serial line has one peer. A session that it begins anew takes a second place until it is open.
constexpr std::size_t kLinePlaces = 4;
/// After so many events the rest of the loop has its turn.
constexpr int kDatagramEventsPerRound = 256;
/// Seconds that a client is to wait when there is no place for its handshake.
constexpr std::uint16_t kCrowdedWait = 1;

void add(LinkCounters& to, const LinkCounters& counters) {
  to.dropped += counters.dropped;
  to.corrupt += counters.corrupt;
  to.replayed += counters.replayed;
  to.retransmitted += counters.retransmitted;
}

/// Who the client is for the server. A later change of its address does not change that.
PeerIdentity identity_of(const DatagramServerSession& session, Way way) {
  return {.address = peer_address(session.peer()), .way = way};
}

}  // namespace

/// The application's side of a session.
class DatagramFrontend::DatagramPeer final : public Peer {
 public:
  DatagramPeer(DatagramFrontend& frontend, std::size_t place, Instant now)
      : Peer(frontend.context_, identity_of(frontend.server_.session(place), frontend.port_->point().way), now),
        frontend_(frontend),
        place_(place),
        credential_(frontend.service_.users, frontend.service_.tickets) {}

  void renew_ticket(Instant now) override;
  void admit_and_provide(const CredentialWanted& event, Instant now);
  void on(const Established& event, Instant now);
  void on(const Message& event, Instant now);
  void on(const Closed& event, Instant now) { end(event, 0, now); }

  /// Does what the handler wants. False if something waits until there is room for it.
  bool attend(Instant now);

 private:
  DatagramServerSession& session() { return frontend_.server_.session(place_); }
  [[nodiscard]] Version version() const override { return frontend_.service_.users.version(bytes_of(identity().user)); }
  bool enter();
  std::uint16_t try_to_look_up(const CredentialWanted& event, Instant now);
  Status provide(Instant now);
  void wake() override;
  [[nodiscard]] bool has_more() const;
  bool deliver(Instant now);
  template <class Send>
  Status transmit(Send send_once, Instant now);
  bool deliver_ticket(Instant now);

  DatagramFrontend& frontend_;
  std::size_t place_;
  SessionCredential credential_;
  /// What the client is to get as soon as there is room.
  std::optional<IssuedTicket> ticket_;
  /// One of the permits for handshakes, held by those whose address has been shown. It is given up once the session is
  /// open.
  std::unique_ptr<HalfOpenLimit::Permit> half_open_;
  bool closing_ = false;
  /// It has its turn, and needs no other to come.
  bool has_turn_ = false;
};

void DatagramFrontend::DatagramPeer::admit_and_provide(const CredentialWanted& event, Instant now) {
  const std::uint16_t wait = try_to_look_up(event, now);
  // A failure ends the session, and comes as Closed.
  static_cast<void>(wait > 0 ? session().refuse(wait, now) : provide(now));
}

Status DatagramFrontend::DatagramPeer::provide(Instant now) {
  prove(credential_);
  static_cast<void>(session().set_resumption(credential_.resumption()));
  const StoredEnrolment* const found = credential_.enrolment();
  if (found == nullptr) return frontend_.server_.provide(place_, nullptr, now);
  const Ticket* const ticket = credential_.ticket();
  return ticket != nullptr ? frontend_.server_.provide(place_, *ticket, found->enrolment, now)
                           : frontend_.server_.provide(place_, &found->enrolment, now);
}

std::uint16_t DatagramFrontend::DatagramPeer::try_to_look_up(const CredentialWanted& event, Instant now) {
  return frontend_.stopping_ || !enter() ? kCrowdedWait : look_up(credential_, event, now);
}

/// The limit for each source counts those that have shown where they are. The others could say that they are anywhere,
/// and take the places of whoever really is there. The core limits the number of those in all.
bool DatagramFrontend::DatagramPeer::enter() {
  if (!session().cookie_good()) return true;
  half_open_ = context().admission.half_open().enter(identity().address.prefix, nullptr);
  return half_open_ != nullptr;
}

void DatagramFrontend::DatagramPeer::on(const Established& /*event*/, Instant now) {
  half_open_.reset();
  credential_.opened();
  establish(now);
  renew_ticket(now);
}

void DatagramFrontend::DatagramPeer::renew_ticket(Instant now) {
  auto ticket = credential_.next_ticket(now);
  if (!ticket) return;
  ticket_ = ticket;
  if (!attend(now)) frontend_.waiting_.insert(place_);
}

/// What comes while nobody listens is lost, as datagrams may be.
void DatagramFrontend::DatagramPeer::on(const Message& event, Instant now) {
  measure(now);
  if (!listens()) return;
  has_turn_ = true;
  take(event.bytes, event.last, now);
  has_turn_ = false;
  if (!attend(now)) frontend_.waiting_.insert(place_);
}

void DatagramFrontend::DatagramPeer::wake() {
  if (has_turn_) return;
  frontend_.waiting_.insert(place_);
  frontend_.woken_ = true;
  frontend_.watch();
}

bool DatagramFrontend::DatagramPeer::attend(Instant now) {
  if (!deliver_ticket(now) || !deliver(now)) return false;
  if (const auto reason = to_close(); reason && !std::exchange(closing_, true)) {
    session().close(now, *reason);
    frontend_.pump_.touch(place_, now);
  }
  // The handler may have gone on when it was told that all has left.
  return !has_more();
}

/// A datagram has a whole message. One that is not ended and fills the queue fits none.
bool DatagramFrontend::DatagramPeer::has_more() const {
  return !queue().empty() && (queue().front_is_whole() || queue().full());
}

bool DatagramFrontend::DatagramPeer::deliver(Instant now) {
  while (has_more()) {
    const Bytes front = queue().front();
    const Status sent = transmit([&] { return session().send(front, now); }, now);
    if (sent.error() == Error::would_block) return false;
    if (sent.error() == Error::too_long) context().observer.answer_too_long(identity());
    // After any other error the session is ending, and says why by itself.
    queue().drop_front();
  }
  tell_drained();
  return true;
}

/// A client that takes none, because its buffer is small, does without.
bool DatagramFrontend::DatagramPeer::deliver_ticket(Instant now) {
  if (!ticket_) return true;
  const Status sent = transmit([&] { return session().send_ticket(ticket_->record(), now); }, now);
  if (sent.error() == Error::would_block) return false;
  ticket_.reset();
  return true;
}

/// Makes room if there is none, and gives what was sent to the transport.
template <class Send>
Status DatagramFrontend::DatagramPeer::transmit(Send send_once, Instant now) {
  Status sent = send_once();
  if (sent.error() == Error::would_block) {
    frontend_.pump_.touch(place_, now);
    sent = send_once();
  }
  if (sent.error() != Error::would_block) frontend_.pump_.touch(place_, now);
  return sent;
}

// The frontend.

DatagramFrontend::BufferedSession::BufferedSession(const ServerSettings& settings, Random& random, std::size_t longest)
    : tx(longest), windows(replay_words(kWindow)), session(settings, random, tx, windows) {}

DatagramFrontend::DatagramFrontend(ServerContext& context, PawlService& service, std::unique_ptr<DatagramPort> port)
    : context_(context),
      service_(service),
      port_(std::move(port)),
      sessions_(make_sessions(port_->one_peer() ? kLinePlaces : context.options.max_sessions)),
      server_(service.settings, context.random, sessions_, most_half_open()),
      buffer_(port_->capacity()),
      early_(port_->capacity()),
      pump_(server_, port_->transport(), buffer_, early_),
      peers_(sessions_.size()),
      watch_(context.loop, *this) {
  service.settings.max_rx = port_->max_rx(true);
}

DatagramFrontend::~DatagramFrontend() = default;

std::vector<DatagramServerSession*> DatagramFrontend::make_sessions(std::size_t count) {
  std::vector<DatagramServerSession*> sessions;
  for (std::size_t i = 0; i < count; ++i) {
    sessions.push_back(&buffered_.emplace_back(service_.settings, context_.random, port_->capacity()).session);
  }
  return sessions;
}

FailureOr<> DatagramFrontend::start() {
  if (service_.settings.idle == 0) return Failure{.kind = Failure::Kind::idle_needed};
  PAWL_HOST_TRY(FailureOr<>(server_.start(context_.loop.clock().now())));
  context_.observer.listening(port_->point());
  watch();
  return {};
}

/// The limits may change while it runs.
std::size_t DatagramFrontend::most_half_open() const {
  return std::min<std::size_t>(sessions_.size(), context_.options.limits.half_open);
}

// The loop.

void DatagramFrontend::on_ready(Instant now) {
  tend(now);
  step(now);
  watch();
}

void DatagramFrontend::watch() {
  const Interest interest = Interest::read | when(pump_.wants_write(), Interest::write);
  const auto due = sooner(pump_.deadline(), port_->tend_at());
  watch_.wait_for(port_->fd(), interest, woken_ ? at_once() : due);
}

void DatagramFrontend::tend(Instant now) {
  const LineChange change = port_->tend(now);
  if (change != LineChange::none) context_.observer.line_changed(port_->point(), change);
}

void DatagramFrontend::step(Instant now) {
  woken_ = false;
  std::erase_if(waiting_, [&](std::size_t place) { return !peers_[place] || peers_[place]->attend(now); });
  // Once key exchanges get scarce, what costs one at once is only for those who are where they say (PROTOCOL.md 14.1).
  const bool scarce = context_.admission.exchanges_scarce(now);
  note_garbled();
  server_.limit_half_open(most_half_open());
  server_.cookies = scarce ? DatagramServer::Cookies::for_exchange : DatagramServer::Cookies::when_crowded;
  for (int i = 0; i < kDatagramEventsPerRound; ++i) {
    const Instant at = context_.loop.clock().now();
    const auto happening = pump_.run(at);
    if (!happening) break;
    std::visit([&](const auto& each) { on(happening->place, each, at); }, happening->event);
  }
}

/// Says so each time that there are eight times as many as when it was said last.
void DatagramFrontend::note_garbled() {
  const std::uint64_t corrupt = port_->transport().counters().corrupt;
  if (!port_->one_peer() || corrupt < garbled_) return;
  context_.observer.line_garbles(port_->point(), corrupt);
  garbled_ = corrupt * 8;
}

// Events.

void DatagramFrontend::on(std::size_t place, const CredentialWanted& event, Instant now) {
  peers_[place] = std::make_unique<DatagramPeer>(*this, place, now);
  peers_[place]->admit_and_provide(event, now);
}

void DatagramFrontend::on(std::size_t place, const Established& event, Instant now) { peers_[place]->on(event, now); }

void DatagramFrontend::on(std::size_t place, const Message& event, Instant now) { peers_[place]->on(event, now); }

void DatagramFrontend::on(std::size_t place, const Closed& event, Instant now) {
  add(ended_, server_.session(place).counters());
  if (peers_[place]) peers_[place]->on(event, now);
  peers_[place].reset();
}

// The end.

void DatagramFrontend::stop(Instant now) {
  stopping_ = true;
  for (std::size_t place = 0; place < server_.places(); ++place) {
    server_.session(place).close(now);
    pump_.touch(place, now);
  }
  watch();
}

bool DatagramFrontend::stopped() const {
  const bool all_over = std::ranges::all_of(sessions_, [](const auto* each) {
    return !each->is_open() && !each->is_half_open() && each->outgoing().empty();
  });
  return all_over && !port_->transport().sending();
}

void DatagramFrontend::finish() {
  LinkCounters all = ended_;
  add(all, server_.counters());
  for (const auto* each : sessions_) {
    if (each->is_open()) add(all, each->counters());
  }
  context_.observer.link({port_->transport().counters(), all});
}

}  // namespace pawl::host
