// SPDX-License-Identifier: Apache-2.0
#include "console/count_source.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <pawl/host/client/whole_messages.hpp>

namespace pawl::app::count_source_test {
namespace {

TEST(CountSource, GivesWholeMessagesAtOnce) {
  host::WholeMessages source(std::make_unique<CountSource>(1), 100, host::WholeMessages::Unanswered::given_up);
  ASSERT_TRUE(source.next());
  source.taken(source.next()->bytes.size());
  EXPECT_TRUE(source.answered().ok());
  EXPECT_TRUE(source.ended());
}

}  // namespace
}  // namespace pawl::app::count_source_test
