// SPDX-License-Identifier: Apache-2.0
/// What a board is to a program. Each board implements this once, in its board.cpp, over its registers; a program
/// links to one of them. README.md in this folder says how to add one.
#pragma once

#include <pawl/base/random.hpp>
#include <pawl/port/baremetal/receive_queue.hpp>
#include <pawl/port/baremetal/uart.hpp>
#include <pawl/port/baremetal/watchdog.hpp>
#include <pawl/port/clock.hpp>

namespace board {

/// Comes first: makes the clock, the UART and the LED ready. 115,200 baud, 8 data bits, no parity.
void start();

/// Milliseconds since start().
pawl::Clock& clock();
pawl::Uart& uart();
/// What the UART's interrupt has received.
pawl::ReceiveQueue& received();
/// Fails, and goes on failing, on a board whose source of noise is not sound or that has no seed.
pawl::Random& random();
/// Runs from the first feed() on.
pawl::Watchdog& watchdog();
void set_led(bool on);
/// The page of flash for a credential or an enrolment, see pawl/port/baremetal/credential_page.hpp.
pawl::Bytes credential_page();
/// Waits for the next interrupt, which is at most a millisecond away.
void sleep();

}  // namespace board
