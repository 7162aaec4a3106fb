// SPDX-License-Identifier: Apache-2.0
/// What the echo benchmark compares `pawl serve` with: a poll() server that returns whatever it reads, and does nothing
/// else. Takes a free port of 127.0.0.1, says "Listening on port N" on standard error, and serves until it is killed.
#include <poll.h>

#include <cstdio>
#include <pawl/port/posix/tcp.hpp>
#include <vector>

namespace {

using namespace pawl;

/// Both grow together: peers[i] is what polls[i + 1] waits for. polls[0] is the listener.
struct Peers {
  std::vector<pollfd> polls;
  std::vector<TcpTransport> peers;
};

/// False once the peer is gone. A reply that does not fit the socket ends it: the benchmark never has that many on
/// their way.
bool echo(TcpTransport& peer) {
  ByteArray<4096> buffer;
  const auto got = peer.read(buffer);
  if (!got.ok()) return false;
  const auto put = peer.write(Bytes(buffer).first(got.value()));
  return put.ok() && put.value() == got.value();
}

void accept_all(TcpListener& listener, Peers& all) {
  for (;;) {
    auto accepted = listener.accept();
    if (!accepted.ok() || !accepted.value()) return;
    all.peers.emplace_back(std::move(accepted.value()->socket));
    all.polls.push_back({all.peers.back().fd(), POLLIN, 0});
  }
}

}  // namespace

int main() {
  auto listener = TcpListener::open("127.0.0.1", 0);
  if (!listener.ok()) {
    std::fprintf(stderr, "plain_echo: cannot listen: %s\n", listener.error().message().c_str());
    return 1;
  }
  std::fprintf(stderr, "Listening on port %d\n", listener.value().port());
  Peers all{{{listener.value().fd(), POLLIN, 0}}, {}};
  while (::poll(all.polls.data(), all.polls.size(), -1) >= 0) {
    for (std::size_t i = all.peers.size(); i > 0; --i) {
      if (all.polls[i].revents == 0 || echo(all.peers[i - 1])) continue;
      std::swap(all.peers[i - 1], all.peers.back());
      std::swap(all.polls[i], all.polls.back());
      all.peers.pop_back();
      all.polls.pop_back();
    }
    if (all.polls[0].revents != 0) accept_all(listener.value(), all);
  }
  return 1;
}
