// SPDX-License-Identifier: Apache-2.0
#include "message_sink.hpp"

namespace pawl::app {

Answer EchoSink::take(Bytes fragment, bool last) {
  Answer answer{begun_ ? "" : "Server received: ", last};
  answer.bytes.append(fragment.begin(), fragment.end());
  begun_ = !last;
  return answer;
}

}  // namespace pawl::app
