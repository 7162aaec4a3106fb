// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/server/message_sink.hpp>

namespace pawl::host {

FailureOr<Answer> EchoSink::take(Bytes fragment, bool last) {
  Answer answer{begun_ ? "" : "Server received: ", last};
  answer.bytes.append(fragment.begin(), fragment.end());
  begun_ = !last;
  return answer;
}

SinkFactory echo() {
  return [](Bytes) { return std::make_unique<EchoSink>(); };
}

}  // namespace pawl::host
