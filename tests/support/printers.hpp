// SPDX-License-Identifier: Apache-2.0
/// What GoogleTest writes for values of the core and the port when a test fails: names, times, and bytes in hex. It is
/// included before everything else in each file of the tests (pawl_add_support), because a program must not have two
/// printers of one type.
#pragma once

#include <gtest/gtest.h>

#include <iosfwd>
#include <pawl/base/address.hpp>
#include <pawl/base/result.hpp>
#include <pawl/base/secret.hpp>
#include <pawl/base/time.hpp>
#include <pawl/handshake/handshake.hpp>
#include <pawl/nstp/event.hpp>
#include <pawl/port/sim/pipe.hpp>
#include <pawl/record/replay_window.hpp>
#include <pawl/session/event.hpp>
#include <pawl/wire/frame.hpp>
#include <pawl/wire/reject.hpp>
#include <system_error>
#include <vector>

namespace pawl {

// The name of an enumerator, or the type and the number of a value that has none.
void PrintTo(CloseReason value, std::ostream* out);
void PrintTo(Direction value, std::ostream* out);
void PrintTo(Error value, std::ostream* out);
void PrintTo(FrameType value, std::ostream* out);
void PrintTo(Kind value, std::ostream* out);
void PrintTo(Mode value, std::ostream* out);
void PrintTo(RecordType value, std::ostream* out);
void PrintTo(RejectCode value, std::ostream* out);
void PrintTo(ReplayWindow::Verdict value, std::ostream* out);
void PrintTo(Side value, std::ostream* out);
void PrintTo(Stage value, std::ostream* out);
void PrintTo(Work value, std::ostream* out);

void PrintTo(const Address& address, std::ostream* out);
void PrintTo(Duration duration, std::ostream* out);
void PrintTo(Instant at, std::ostream* out);
void PrintTo(const PipeLimits& limits, std::ostream* out);

// Events. GoogleTest says which of them is in an Event.
void PrintTo(const CredentialWanted& event, std::ostream* out);
void PrintTo(const DerivationWanted& event, std::ostream* out);
/// Without its bytes.
void PrintTo(const TicketReceived& event, std::ostream* out);
void PrintTo(const Established& event, std::ostream* out);
void PrintTo(const Message& event, std::ostream* out);
void PrintTo(const Closed& event, std::ostream* out);

/// A secret says how long it is and nothing else.
template <class Tag, std::size_t N>
void PrintTo(const Secret<Tag, N>& /*secret*/, std::ostream* out) {
  *out << N << " secret bytes";
}

}  // namespace pawl

namespace pawl::nstp {

void PrintTo(const PskWanted& event, std::ostream* out);
void PrintTo(const Established& event, std::ostream* out);
void PrintTo(const Message& event, std::ostream* out);
void PrintTo(const Closed& event, std::ostream* out);

}  // namespace pawl::nstp

namespace pawl::test {

/// "3 bytes 00ff10".
void print_bytes(Bytes bytes, std::ostream* out);

struct BytesPrinter {
  static void Print(Bytes bytes, std::ostream* out) { print_bytes(bytes, out); }
};

}  // namespace pawl::test

// GoogleTest looks for PrintTo() in the namespace of the type, and to these types it is that of the standard library,
// where nobody else may put a function.
namespace testing::internal {

template <std::size_t N>
class UniversalPrinter<std::array<std::uint8_t, N>> : public pawl::test::BytesPrinter {};
template <std::size_t N>
class UniversalPrinter<std::span<std::uint8_t, N>> : public pawl::test::BytesPrinter {};
template <std::size_t N>
class UniversalPrinter<std::span<const std::uint8_t, N>> : public pawl::test::BytesPrinter {};
template <>
class UniversalPrinter<std::vector<std::uint8_t>> : public pawl::test::BytesPrinter {};

template <>
class UniversalPrinter<std::errc> {
 public:
  static void Print(std::errc value, std::ostream* out);
};

}  // namespace testing::internal
