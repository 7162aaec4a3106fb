// SPDX-License-Identifier: Apache-2.0
#include <pawl/record/datagram_opener.hpp>
#include <pawl/record/protection.hpp>

namespace pawl {
namespace {

constexpr std::uint8_t kNext = 1;
constexpr std::uint8_t kPrevious = kEpochsTold - 1;

}  // namespace

DatagramOpener::DatagramOpener(ReceiveSecret&& secret, Direction direction, std::span<std::uint32_t> windows)
    : secret_(static_cast<ReceiveSecret&&>(secret)),
      even_(windows.first(windows.size() / 2)),
      odd_(windows.last(windows.size() / 2)),
      direction_(direction) {
  derive_record_keys(secret_.bytes(), direction_, even_.keys);
}

void DatagramOpener::advance(Instant now) {
  if (!previous_until_ || now < *previous_until_) return;
  ((epoch_ & 1U) == 0 ? odd_ : even_).keys.key = {};
  previous_until_.reset();
}

DatagramOpener::Opened DatagramOpener::open(const DatagramRecordHeader& header, MutBytes record, Instant now) {
  if (header.counter >= Config::kHardRecordLimit) return {Error::malformed};
  Epoch& present = (epoch_ & 1U) == 0 ? even_ : odd_;
  Epoch& other = (epoch_ & 1U) == 0 ? odd_ : even_;
  switch ((header.epoch - epoch_) % kEpochsTold) {
    case 0:
      return open(present, header, record);
    case kNext:
      return open_next(header, record, now);
    case kPrevious: {
      if (!previous_until_ || now >= *previous_until_) return {Error::malformed};
      Opened opened = open(other, header, record);
      opened.newest = false;
      return opened;
    }
    default:
      return {Error::malformed};
  }
}

/// The window is asked before the record is decrypted, and moved only by one that verified.
DatagramOpener::Opened DatagramOpener::open(Epoch& epoch, const DatagramRecordHeader& header, MutBytes record) {
  if (epoch.window.judge(header.counter) != ReplayWindow::Verdict::fresh) return {Error::replayed};
  const auto content = open_record(epoch.keys, header.counter, datagram_header_size(!header.cid.empty()), record);
  if (content.error() == Error::tampered) return {Error::tampered};
  const bool newest = epoch.window.mark(header.counter);
  return {content.error(), content.value(), newest};
}

/// The keys of the next epoch are tried, and take the place of those of the epoch before only if the tag verifies.
DatagramOpener::Opened DatagramOpener::open_next(const DatagramRecordHeader& header, MutBytes record, Instant now) {
  if (epoch_ == Config::kLastEpoch) return {Error::malformed};
  ReceiveSecret next(secret_.bytes());
  update_traffic_secret(next.writable(), {});
  RecordKeys keys;
  derive_record_keys(next.bytes(), direction_, keys);
  const auto content = open_record(keys, header.counter, datagram_header_size(!header.cid.empty()), record);
  if (content.error() == Error::tampered) return {Error::tampered};
  secret_ = static_cast<ReceiveSecret&&>(next);
  ++epoch_;
  Epoch& present = (epoch_ & 1U) == 0 ? even_ : odd_;
  present.keys.key = static_cast<AesGcmKey&&>(keys.key);
  present.keys.session_nonce = keys.session_nonce;
  present.window.clear();
  present.window.mark(header.counter);
  previous_until_ = now + Config::kPreviousEpoch;
  return {content.error(), content.value(), true};
}

}  // namespace pawl
