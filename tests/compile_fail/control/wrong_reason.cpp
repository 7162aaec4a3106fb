// SPDX-License-Identifier: Apache-2.0
// A control: ../check must report that this fails for another reason than the expected one.
// expect: use of deleted function
int main() {
#ifdef PAWL_MISUSE
  undeclared = 0;
#endif
  return 0;
}
