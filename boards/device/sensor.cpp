// SPDX-License-Identifier: Apache-2.0
#include "sensor.hpp"

#include <board.hpp>

#include "commands.hpp"
#include "text.hpp"

namespace device {

Sensor::Sensor(const pawl::ClientSettings& settings)
    : line_(board::uart(), board::received(), buffer_), link_(settings, board::random(), line_) {}

pawl::Event Sensor::serve() {
  board::watchdog().feed();
  const pawl::Instant now = board::clock().now();
  const pawl::Event event = link_.serve(now);
  if (const auto* message = std::get_if<pawl::Message>(&event)) static_cast<void>(obey(message->bytes));
  if (link_.is_open() && now >= next_report_) report(now);
  if (!line_.sending()) board::sleep();
  return event;
}

pawl::Status Sensor::provide(const pawl::ClientCredential& credential) {
  return link_.provide(credential, board::clock().now());
}

void Sensor::report(pawl::Instant now) {
  // What a device measures goes here; these boards measure how long they have been running.
  Text text;
  text << "reading " << reports_ << ": up " << static_cast<std::uint32_t>(now.ms / 1000) << " s, led ";
  if (led_is_on()) {
    text << "on";
  } else {
    text << "off";
  }
  if (!link_.send(text.bytes(), now).ok()) return;  // the line is busy: in the next round
  ++reports_;
  next_report_ = now + pawl::seconds(1);
}

}  // namespace device
