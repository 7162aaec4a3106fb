// SPDX-License-Identifier: Apache-2.0
#include "apps/serial_line.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "apps/exit_code.hpp"
#include "tests/unit/apps/temporary_directory.hpp"

namespace pawl::app::serial_line_test {
namespace {

void expect_wrong(const std::string& text) {
  try {
    parse_line_name(text);
    ADD_FAILURE() << text;
  } catch (const AppError& error) {
    EXPECT_EQ(error.code(), ExitCode::usage) << text;
  }
}

TEST(LineName, OfADevice) {
  EXPECT_EQ(parse_line_name("/dev/ttyUSB0").path, "/dev/ttyUSB0");
  EXPECT_EQ(parse_line_name("/dev/ttyUSB0").baud, 115'200U);
  EXPECT_EQ(parse_line_name("/dev/ttyUSB0:9600").path, "/dev/ttyUSB0");
  EXPECT_EQ(parse_line_name("/dev/ttyUSB0:9600").baud, 9600U);
  EXPECT_FALSE(parse_line_name("/dev/ttyUSB0:9600").endpoint);
  EXPECT_EQ(parse_line_name("/dev/serial/by-path/pci-0:1.0-port0").path, "/dev/serial/by-path/pci-0:1.0-port0");
}

TEST(LineName, AFileOfTheWholeNameComesFirst) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path() / "usb-0:1";
  std::ofstream(path) << "";
  EXPECT_EQ(parse_line_name(path).path, path);
  EXPECT_EQ(parse_line_name(path + ":9600").path, path);
}

TEST(LineName, OverTcp) {
  const LineName name = parse_line_name("tcp:localhost:4000");
  ASSERT_TRUE(name.endpoint);
  EXPECT_EQ(name.endpoint->host, "localhost");
  EXPECT_EQ(name.endpoint->port, 4000);
}

TEST(LineName, OfNothing) {
  for (const char* text : {"", ":9600", "tcp:", "tcp:localhost", "tcp:localhost:x"}) expect_wrong(text);
}

}  // namespace
}  // namespace pawl::app::serial_line_test
