// SPDX-License-Identifier: Apache-2.0
/// What every implementation of AES-GCM has to do; the tests are in aes_gcm_test.cpp.
#pragma once

#include <gtest/gtest.h>

#include <pawl/crypto/aes_gcm.hpp>
#include <string>
#include <tuple>

#include "tests/support/bytes.hpp"

namespace pawl::test::aes_gcm_test {

struct Case {
  const char* name;
  const char* key;
  const char* nonce;
  const char* aad;
  const char* text;
  const char* sealed;
  const char* tag;
};

inline constexpr const char* kZeroKey = "0000000000000000000000000000000000000000000000000000000000000000";
inline constexpr const char* kKey = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";

// The AES-256 cases with a nonce of 96 bits in McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B.
inline constexpr std::array kCases{
    Case{"13", kZeroKey, "000000000000000000000000", "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
    Case{"14", kZeroKey, "000000000000000000000000", "", "00000000000000000000000000000000",
         "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"},
    Case{"15", kKey, "cafebabefacedbaddecaf888", "",
         "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
         "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
         "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
         "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad",
         "b094dac5d93471bdec1a502270e3cc6c"},
    Case{"16", kKey, "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
         "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
         "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
         "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
         "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
         "76fc6ece0f4e1768cddf8853bb2d551b"},
    // From NIST's validation set for SP 800-38D, gcmEncryptExtIV256.rsp: neither text nor header, a header alone, and a
    // header that ends within a block.
    Case{"cavp_nothing", "b52c505a37d78eda5dd34f20c22540ea1b58963cf8e5bf8ffa85f9f2492505b4", "516c33929df5a3284ff463d7",
         "", "", "", "bdc1ac884d332457a1d2664f168c76f0"},
    Case{"cavp_header_alone", "78dc4e0aaf52d935c3c01eea57428f00ca1fd475f5da86a49c8dd73d68c8e223",
         "d79cf22d504cc793c3fb6c8a", "b96baa8c1c75a671bfb2d08d06be5f36", "", "", "3e5d486aa2e30b22e040b85723a06e76"},
    Case{"cavp_part_of_a_block", "83688deb4af8007f9b713b47cfa6c73e35ea7a3aa4ecdb414dded03bf7a0fd3a",
         "0b459724904e010a46901cf3", "794a14ccd178c8ebfd1379dc704c5e208f9d8424", "33d893a2114ce06fc15d55e454cf90c3",
         "cc66bee423e3fcd4c0865715e9586696", "0fb291bd3dba94a1dfd8b286cfb97ac5"},
};

/// The core's AES-GCM, or another.
struct Implementation {
  const char* name;
  decltype(aes_gcm_seal)* seal;
  decltype(aes_gcm_open)* open;
};

class AesGcm : public testing::TestWithParam<std::tuple<Implementation, Case>> {
 protected:
  const Implementation& gcm = std::get<0>(GetParam());
  const Case& known = std::get<1>(GetParam());
  Buffer key = unhex(known.key);
  Buffer aad = unhex(known.aad);
  GcmNonce nonce{};
  /// Text and tag.
  Buffer sealed = unhex(std::string(known.sealed) + known.tag);

  void SetUp() override { copy(unhex(known.nonce), nonce); }

  [[nodiscard]] AesGcmKey gcm_key() const { return AesGcmKey(Bytes(key).first<AesKey::kSize>()); }

  /// Opening must fail and leave nothing to read.
  void expect_refused() const {
    Buffer copy = sealed;
    EXPECT_EQ(gcm.open(gcm_key(), nonce, aad, copy).error(), Error::crypto_failed);
    copy.resize(copy.size() - kGcmTagSize);
    EXPECT_EQ(copy, Buffer(copy.size()));
  }
};

inline std::string name_of_case(const testing::TestParamInfo<AesGcm::ParamType>& test) {
  return std::string(std::get<0>(test.param).name) + "_case_" + std::get<1>(test.param).name;
}

}  // namespace pawl::test::aes_gcm_test
