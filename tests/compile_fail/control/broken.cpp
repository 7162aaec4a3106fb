// SPDX-License-Identifier: Apache-2.0
// A control: ../check must report that this compiles in neither form.
// expect: undeclared
int main() {
  undeclared = 0;
  return 0;
}
