// SPDX-License-Identifier: Apache-2.0
// A device that is a client, in mode psk. It has no curve: its settings name no exchange, so none is linked.
#include <board.hpp>
#include <pawl/port/baremetal/credential_page.hpp>

#include "halt.hpp"
#include "sensor.hpp"

int main() {
  board::start();
  pawl::ClientCredential credential;
  if (!pawl::read_credential_page(board::credential_page(), credential).ok()) device::halt();
  pawl::ClientSettings settings(pawl::key_initiator, credential);
  settings.max_rx = pawl::ClientLink::kMaxRx;
  settings.idle = 9;  // seconds until it gives a silent server up
  device::Sensor sensor(settings);
  for (;;) sensor.serve();
}
