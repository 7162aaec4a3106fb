// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/net/serial_line.hpp>

#include <gtest/gtest.h>

#include <fstream>

#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/temporary_directory.hpp"

namespace pawl::host::serial_line_test {
namespace {

LineName parsed(const std::string& text) { return test::value_of(parse_line_name(text)); }

TEST(LineName, OfADevice) {
  EXPECT_EQ(parsed("/dev/ttyUSB0").path, "/dev/ttyUSB0");
  EXPECT_EQ(parsed("/dev/ttyUSB0").baud, 115'200U);
  EXPECT_EQ(parsed("/dev/ttyUSB0:9600").path, "/dev/ttyUSB0");
  EXPECT_EQ(parsed("/dev/ttyUSB0:9600").baud, 9600U);
  EXPECT_FALSE(parsed("/dev/ttyUSB0:9600").endpoint);
  EXPECT_EQ(parsed("/dev/serial/by-path/pci-0:1.0-port0").path, "/dev/serial/by-path/pci-0:1.0-port0");
}

TEST(LineName, AFileOfTheWholeNameComesFirst) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path() / "usb-0:1";
  std::ofstream(path) << "";
  EXPECT_EQ(parsed(path).path, path);
  EXPECT_EQ(parsed(path + ":9600").path, path);
}

TEST(LineName, OverTcp) {
  const LineName name = parsed("tcp:localhost:4000");
  ASSERT_TRUE(name.endpoint);
  EXPECT_EQ(name.endpoint->host, "localhost");
  EXPECT_EQ(name.endpoint->port, 4000);
}

TEST(LineName, OfNothing) {
  for (const char* text : {"", ":9600"}) test::failure_of(Failure::Kind::serial_name, parse_line_name(text));
  for (const char* text : {"tcp:", "tcp:localhost", "tcp:localhost:x"}) {
    test::failure_of(Failure::Kind::address, parse_line_name(text));
  }
}

}  // namespace
}  // namespace pawl::host::serial_line_test
