// SPDX-License-Identifier: Apache-2.0
#include <pawl/session/datagram_server.hpp>
#include <pawl/session/frame_hash.hpp>
#include <utility>

namespace pawl {

DatagramServer::DatagramServer(const ServerSettings& settings, Random& random,
                               std::span<DatagramServerSession* const> sessions, std::size_t half_open)
    : settings_(settings), random_(random), sessions_(sessions), most_half_open_(half_open) {}

Status DatagramServer::start(Instant now) {
  if (settings_.idle == 0 || most_half_open_ == 0 || sessions_.empty()) return Error::invalid_argument;
  for (auto* session : sessions_) {
    session->first_in_chain_ = session->next_in_chain_ = DatagramServerSession::kNowhere;
    const bool fits = session->slot_.capacity() >= kMinDatagram;
    if (!fits || !datagram_settings_valid(settings_, session->windows_)) return Error::invalid_argument;
  }
  if (!decoy_prepared(settings_)) return Error::invalid_argument;
  return jar_.start(random_, now);
}

std::size_t DatagramServer::half_open() const {
  return static_cast<std::size_t>(
      std::count_if(sessions_.begin(), sessions_.end(), [](const auto* each) { return each->is_half_open(); }));
}

std::optional<std::size_t> DatagramServer::receive(MutBytes datagram, const Address& from, Instant now) {
  reply_size_ = 0;
  Place place;
  if (datagram.size() < kFrameHeaderSize + kCidSize) {
    place = std::nullopt;
  } else if (begins_datagram_record(datagram[0])) {
    place = find_cid(datagram.subspan(1, kCidSize));
    if (place && !session(*place).event_waits()) session(*place).receive_record(datagram, from, now);
  } else {
    place = receive_frame(datagram, from, now);
  }
  if (!place && reply_size_ == 0) ++counters_.dropped;
  return place;
}

/// A server answers nothing but a ClientHello and the ClientFinish of a session that it knows, so that no two servers
/// can be set talking (section 15).
DatagramServer::Place DatagramServer::receive_frame(MutBytes datagram, const Address& from, Instant now) {
  const auto frame = parse_datagram_frame(datagram);
  const bool hello = datagram[kFrameTypeAt] == static_cast<std::uint8_t>(FrameType::client_hello);
  if (!frame.ok()) {
    // What has no room for a cookie is shorter than its answer would be.
    const bool answerable = hello && datagram.size() >= kFrameHeaderSize + kCookieSize;
    if (frame.error() == Error::unsupported && answerable) reject(RejectCode::unsupported, frame_hash(datagram));
    return std::nullopt;
  }
  if (hello) return receive_hello(datagram, from, now);
  if (frame.value() != FrameType::client_finish) return std::nullopt;
  const Place place = find_cid(datagram.subspan(kFrameHeaderSize, kCidSize));
  if (!place || session(*place).event_waits()) return place;
  const bool was_open = session(*place).is_open();
  answer(session(*place).receive_finish(datagram, from, now));
  supersede_others(*place, was_open);
  return place;
}

DatagramServer::Place DatagramServer::receive_hello(MutBytes frame, const Address& from, Instant now) {
  const auto parsed = parse_client_hello(frame.subspan(kFrameHeaderSize), true);
  if (!parsed.ok() || (parsed.value().kind == Kind::ticket && !settings_.role->tickets)) {
    reject(RejectCode::failed, frame_hash(frame));
    return std::nullopt;
  }
  const MutBytes field = frame.last(kCookieSize);
  RetryCookies::Cookie cookie{};
  copy(field, cookie);
  std::fill(field.begin(), field.end(), std::uint8_t{0});
  const auto hash = frame_hash(frame);
  for (std::size_t i = 0; i < sessions_.size(); ++i) {
    if (!session(i).is_for(hash, from)) continue;
    session(i).hello_again(now);
    return i;
  }
  jar_.advance(random_, now);
  const bool good = jar_.good(cookie, from, hash, now);
  if (!good && demands_cookie(parsed.value(), from)) {
    answer(retry_frame(jar_.make(from, hash, now)));
    return std::nullopt;
  }
  const Place place = place_for(from, good);
  if (place) {
    unlist_cid(*place);
    session(*place).accept(frame, hash, good, from, now);
  } else {
    reject(RejectCode::busy, hash);
  }
  return place;
}

bool DatagramServer::demands_cookie(const ClientHello& hello, const Address& from) const {
  if (cookies == Cookies::never || from.bytes().empty()) return false;
  const bool costs_at_once = hello.kind != Kind::password && hello.mode != Mode::psk;
  return cookies == Cookies::always || (cookies == Cookies::for_exchange && costs_at_once) ||
         2 * half_open() > most_half_open_;
}

/// Beyond the limit, whoever has shown where it is takes the place of the oldest that has not. On a line with one peer
/// it takes the place of the oldest (section 14.1).
DatagramServer::Place DatagramServer::place_for(const Address& from, bool cookie_good) const {
  if (half_open() < most_half_open_) {
    for (std::size_t i = 0; i < sessions_.size(); ++i) {
      if (sessions_[i]->vacant()) return i;
    }
  }
  const bool one_peer = from.bytes().empty();
  const Place oldest = one_peer || cookie_good ? oldest_half_open(one_peer) : std::nullopt;
  if (oldest) sessions_[*oldest]->abandon(Error::busy);
  return oldest;
}

DatagramServer::Place DatagramServer::oldest_half_open(bool with_cookie) const {
  Place oldest;
  for (std::size_t i = 0; i < sessions_.size(); ++i) {
    if (!sessions_[i]->is_half_open() || (sessions_[i]->cookie_good_ && !with_cookie)) continue;
    if (!oldest || sessions_[i]->began_ < sessions_[*oldest]->began_) oldest = i;
  }
  return oldest;
}

Status DatagramServer::provide(std::size_t place, const Enrolment* enrolment, Instant now) {
  PAWL_TRY(session(place).provide(enrolment, now));
  list_cid(place);
  return Error::none;
}

Status DatagramServer::provide(std::size_t place, const Ticket& ticket, const Enrolment& enrolment, Instant now) {
  PAWL_TRY(session(place).provide(ticket, enrolment, now));
  list_cid(place);
  return Error::none;
}

// Sessions by their cid.

/// The first place of the chain that sessions with such a cid are in. The places are a hash table of themselves: there
/// are as many chains as places, each place has the head of one, and a session is in one from when its cid is drawn
/// until its place is another peer's. The cid is its own hash, since the server has drawn it at random, and nobody can
/// choose what comes into one chain.
std::size_t& DatagramServer::chain_of(Bytes cid) const {
  const std::uint64_t hash = u32_at(cid.data());
  return sessions_[static_cast<std::size_t>((hash * sessions_.size()) >> 32U)]->first_in_chain_;
}

DatagramServer::Place DatagramServer::find_cid(Bytes cid) const {
  for (std::size_t i = chain_of(cid); i != DatagramServerSession::kNowhere; i = sessions_[i]->next_in_chain_) {
    if (sessions_[i]->has_cid(cid)) return i;
  }
  return std::nullopt;
}

/// If the cid that was drawn is in use, which comes about once in four billion sessions, the client's next hello gets
/// another one.
void DatagramServer::list_cid(std::size_t place) {
  const Bytes cid = session(place).fields_.cid;
  if (find_cid(cid)) return session(place).abandon(Error::busy);
  std::size_t& first = chain_of(cid);
  session(place).next_in_chain_ = std::exchange(first, place);
}

/// The place is to be another peer's. It need not be in a chain.
void DatagramServer::unlist_cid(std::size_t place) {
  std::size_t* at = &chain_of(session(place).fields_.cid);
  while (*at != DatagramServerSession::kNowhere && *at != place) at = &sessions_[*at]->next_in_chain_;
  if (*at == place) *at = session(place).next_in_chain_;
}

void DatagramServer::advance(std::size_t place, Instant now) {
  const bool was_open = session(place).is_open();
  session(place).advance(now);
  supersede_others(place, was_open);
}

/// The peer of a line has begun anew, and has proved that it is the peer (section 13.5).
void DatagramServer::supersede_others(std::size_t place, bool was_open) {
  const bool one_peer = session(place).peer().bytes().empty();
  if (was_open || !session(place).is_open() || !one_peer) return;
  for (std::size_t i = 0; i < sessions_.size(); ++i) {
    if (i != place && session(i).is_open()) session(i).abandon(Error::superseded);
  }
}

void DatagramServer::reject(RejectCode code, const Sha256::Digest& hello) {
  answer(datagram_reject_frame({code, 0}, reject_echo(hello)));
}

void DatagramServer::answer(Bytes frame) {
  copy(frame, reply_);
  reply_size_ = frame.size();
}

}  // namespace pawl
