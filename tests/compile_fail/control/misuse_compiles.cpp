// SPDX-License-Identifier: Apache-2.0
// A control: ../check must report that this misuse compiles.
// expect: error
int main() { return 0; }
