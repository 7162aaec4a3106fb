// SPDX-License-Identifier: Apache-2.0
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <utility>

#include <pawl/host/base/text.hpp>
#include <pawl/host/net/plain_stream.hpp>
#include <pawl/port/posix/result.hpp>

namespace pawl::host {
namespace {

void set_lingers(const Descriptor& socket, bool lingers) {
  const linger value{.l_onoff = lingers ? 0 : 1, .l_linger = 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &value, sizeof(value));
}

}  // namespace

PlainStream::PlainStream(EventLoop& loop, User& user, Descriptor socket)
    : user_(user), socket_(std::move(socket)), watch_(loop, *this) {
  // Sockets other than TCP's have no such option, and send at once.
  const int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  // TCP that does not linger sends a reset when it is closed, whoever closes it.
  set_lingers(socket_, false);
  watch();
}

PlainStream::~PlainStream() {
  if (socket_.valid() && input_ended_ && finished_ && !write_error_) set_lingers(socket_, true);
}

// Output.

void PlainStream::write(Bytes bytes) {
  if (!socket_.valid() || finishes_ || write_error_) return;
  output_.append(bytes.begin(), bytes.end());
  tells_drained_ = tells_drained_ || full();
  watch();
}

void PlainStream::finish() {
  finishes_ = true;
  tells_drained_ = true;
  watch();
}

void PlainStream::flush() {
  while (!output_.empty()) {
    const ssize_t sent = ::send(socket_.get(), output_.data(), output_.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno == EAGAIN) return;
    if (sent < 0) {
      note_write_error(last_error());
      break;
    }
    output_.erase(0, static_cast<std::size_t>(sent));
  }
  if (finishes_ && !std::exchange(finished_, true)) ::shutdown(socket_.get(), SHUT_WR);
  if (std::exchange(tells_drained_, false)) user_.output_drained();
}

void PlainStream::note_write_error(std::error_code error) {
  write_error_ = error;
  output_.clear();
  if (input_ended_) fail(error);
}

// Input.

void PlainStream::listen(bool wanted) {
  listens_ = wanted;
  watch();
}

void PlainStream::read() {
  ByteArray<kRead> buffer;
  ssize_t got = 0;
  do {
    got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  } while (got < 0 && errno == EINTR);
  if (got < 0 && errno == EAGAIN) return;
  if (got < 0) return fail(last_error());
  if (got == 0) {
    input_ended_ = true;
    user_.input_ended();
    if (write_error_) fail(write_error_);
    return;
  }
  input_.assign(buffer.begin(), buffer.begin() + got);
}

void PlainStream::hand_over() {
  if (input_.empty()) return;
  const std::size_t taken = user_.received(bytes_of(input_));
  input_.erase(0, taken);
}

// The loop.

void PlainStream::on_ready(Instant /*now*/) {
  flush();
  if (socket_.valid() && listens_ && input_.empty() && !input_ended_) read();
  if (listens_) hand_over();
  watch();
}

void PlainStream::watch() {
  if (!socket_.valid()) return watch_.drop();
  const bool reads = listens_ && !input_ended_ && input_.empty();
  const bool writes = !output_.empty() || (finishes_ && !finished_);
  const bool at_hand = listens_ && !input_.empty();
  watch_.wait_for(socket_.get(), when(reads, Interest::read) | when(writes, Interest::write),
                  at_hand ? std::optional(at_once()) : std::nullopt);
}

void PlainStream::fail(std::error_code error) {
  watch_.drop();
  socket_.reset();
  user_.broken(error);
}

void PlainStream::reset() {
  watch_.drop();
  socket_.reset();
}

}  // namespace pawl::host
