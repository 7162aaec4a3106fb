// SPDX-License-Identifier: Apache-2.0
// A control: an image with no heap, and with a symbol that tools/check_no_heap --without Responder must see.

namespace demo {
struct Responder {
  [[gnu::noinline]] static int answer(int question);
};
int Responder::answer(int question) { return question + 1; }
}  // namespace demo

int volatile kept;

int main() {
  kept = demo::Responder::answer(kept);
  return 0;
}
