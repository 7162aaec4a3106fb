// SPDX-License-Identifier: Apache-2.0
#include "tests/support/printers.hpp"

#include <ostream>

#include "tests/support/bytes.hpp"

// Each switch names every enumerator and has no default, so that the compiler refuses one that was added and is not
// here.
#define PAWL_NAME(enumerator) \
  case enumerator:            \
    name = #enumerator;       \
    break;

namespace pawl {
namespace {

template <class Enum>
void print_name(const char* name, const char* type, Enum value, std::ostream* out) {
  if (name != nullptr) {
    *out << name;
  } else {
    *out << type << " " << static_cast<unsigned>(value);
  }
}

}  // namespace

void PrintTo(CloseReason value, std::ostream* out) {
  using enum CloseReason;
  const char* name = nullptr;
  switch (value) {
    PAWL_NAME(normal)
    PAWL_NAME(idle)
    PAWL_NAME(protocol)
    PAWL_NAME(limit)
    PAWL_NAME(expired)
  }
  print_name(name, "CloseReason", value, out);
}

void PrintTo(Direction value, std::ostream* out) {
  using enum Direction;
  const char* name = nullptr;
  switch (value) {
    PAWL_NAME(client_to_server)
    PAWL_NAME(server_to_client)
  }
  print_name(name, "Direction", value, out);
}

void PrintTo(Error value, std::ostream* out) {
  using enum Error;
  const char* name = nullptr;
  switch (value) {
    PAWL_NAME(none)
    PAWL_NAME(invalid_argument)
    PAWL_NAME(wrong_state)
    PAWL_NAME(would_block)
    PAWL_NAME(too_long)
    PAWL_NAME(random_failed)
    PAWL_NAME(crypto_failed)
    PAWL_NAME(malformed)
    PAWL_NAME(unsupported)
    PAWL_NAME(authentication_failed)
    PAWL_NAME(iterations_refused)
    PAWL_NAME(credential_stale)
    PAWL_NAME(derivation_slow)
    PAWL_NAME(busy)
    PAWL_NAME(timeout)
    PAWL_NAME(connection_lost)
    PAWL_NAME(truncated)
    PAWL_NAME(tampered)
    PAWL_NAME(protocol)
    PAWL_NAME(idle)
    PAWL_NAME(limit)
    PAWL_NAME(expired)
    PAWL_NAME(replayed)
    PAWL_NAME(superseded)
    PAWL_NAME(unconfirmed)
  }
  print_name(name, "Error", value, out);
}

void PrintTo(FrameType value, std::ostream* out) {
  using enum FrameType;
  const char* name = nullptr;
  switch (value) {
    PAWL_NAME(client_hello)
    PAWL_NAME(server_hello)
    PAWL_NAME(client_finish)
    PAWL_NAME(server_finish)
    PAWL_NAME(retry)
    PAWL_NAME(reject)
  }
  print_name(name, "FrameType", value, out);
}

void PrintTo(Kind value, std::ostream* out) {
  using enum Kind;
  const char* name = nullptr;
  switch (value) {
    PAWL_NAME(password)
    PAWL_NAME(raw_key)
    PAWL_NAME(ticket)
  }
  print_name(name, "Kind", value, out);
}

void PrintTo(Mode value, std::ostream* out) {
  using enum Mode;
  const char* name = nullptr;
  switch (value) {
    PAWL_NAME(psk)
    PAWL_NAME(psk_ecdhe)
    PAWL_NAME(pake)
  }
  print_name(name, "Mode", value, out);
}

void PrintTo(RecordType value, std::ostream* out) {
  using enum RecordType;
  const char* name = nullptr;
  switch (value) {
    PAWL_NAME(data)
    PAWL_NAME(data_more)
    PAWL_NAME(ping)
    PAWL_NAME(pong)
    PAWL_NAME(close)
    PAWL_NAME(ticket)
  }
  print_name(name, "RecordType", value, out);
}

void PrintTo(RejectCode value, std::ostream* out) {
  using enum RejectCode;
  const char* name = nullptr;
  switch (value) {
    PAWL_NAME(failed)
    PAWL_NAME(unsupported)
    PAWL_NAME(busy)
  }
  print_name(name, "RejectCode", value, out);
}

void PrintTo(ReplayWindow::Verdict value, std::ostream* out) {
  using enum ReplayWindow::Verdict;
  const char* name = nullptr;
  switch (value) {
    PAWL_NAME(fresh)
    PAWL_NAME(old)
    PAWL_NAME(duplicate)
  }
  print_name(name, "ReplayWindow::Verdict", value, out);
}

void PrintTo(Side value, std::ostream* out) {
  using enum Side;
  const char* name = nullptr;
  switch (value) {
    PAWL_NAME(client)
    PAWL_NAME(server)
  }
  print_name(name, "Side", value, out);
}

void PrintTo(Stage value, std::ostream* out) {
  using enum Stage;
  const char* name = nullptr;
  switch (value) {
    PAWL_NAME(frame)
    PAWL_NAME(enrolment)
    PAWL_NAME(derivation)
    PAWL_NAME(work)
    PAWL_NAME(open)
  }
  print_name(name, "Stage", value, out);
}

void PrintTo(Work value, std::ostream* out) {
  using enum Work;
  const char* name = nullptr;
  switch (value) {
    PAWL_NAME(share)
    PAWL_NAME(agree)
    PAWL_NAME(verify)
  }
  print_name(name, "Work", value, out);
}

void PrintTo(const Address& address, std::ostream* out) {
  *out << "address ";
  test::print_bytes(address.bytes(), out);
}

void PrintTo(Duration duration, std::ostream* out) { *out << duration.ms << " ms"; }

void PrintTo(Instant at, std::ostream* out) { *out << "at " << at.ms << " ms"; }

void PrintTo(const PipeLimits& limits, std::ostream* out) {
  *out << "capacity " << limits.capacity << ", at once " << limits.max_read << " and " << limits.max_write;
}

void PrintTo(const CredentialWanted& event, std::ostream* out) {
  PrintTo(event.kind, out);
  *out << ", ";
  PrintTo(event.mode, out);
  *out << ", user of ";
  test::print_bytes(event.user, out);
}

void PrintTo(const DerivationWanted& event, std::ostream* out) {
  *out << event.iterations << " iterations, salt of ";
  test::print_bytes(event.salt, out);
}

void PrintTo(const Established& /*event*/, std::ostream* out) { *out << "established"; }

void PrintTo(const Message& event, std::ostream* out) {
  test::print_bytes(event.bytes, out);
  if (event.last) *out << ", the last";
}

void PrintTo(const TicketReceived& event, std::ostream* out) { *out << event.content.size() << " bytes"; }

void PrintTo(const Closed& event, std::ostream* out) {
  *out << "error ";
  PrintTo(event.error, out);
  *out << ", reason ";
  PrintTo(event.reason, out);
  *out << ", retry after " << event.retry_after << " s";
  if (event.incomplete) *out << ", incomplete";
}

}  // namespace pawl

namespace pawl::nstp {

void PrintTo(const PskWanted& event, std::ostream* out) {
  *out << "user of ";
  test::print_bytes(event.user, out);
}

void PrintTo(const Established& /*event*/, std::ostream* out) { *out << "established"; }

void PrintTo(const Message& event, std::ostream* out) { test::print_bytes(event.text, out); }

void PrintTo(const Closed& event, std::ostream* out) {
  *out << "error ";
  PrintTo(event.error, out);
}

}  // namespace pawl::nstp

void pawl::test::print_bytes(Bytes bytes, std::ostream* out) { *out << bytes.size() << " bytes " << hex(bytes); }

void testing::internal::UniversalPrinter<std::errc>::Print(std::errc value, std::ostream* out) {
  *out << std::make_error_code(value).message();
}
