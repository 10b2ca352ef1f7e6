#include "distinct.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>

namespace tidegate::analytics {
namespace {

constexpr unsigned kIndexBits = 12;
constexpr std::size_t kRegisters = std::size_t{1} << kIndexBits;
constexpr char kRegistersMark = 'R';  // no hexadecimal digit
constexpr std::uint8_t kMaxRank = 64 - kIndexBits + 1;

}  // namespace

// FNV-1a, then the finalizer of MurmurHash3: FNV alone leaves the high bits too regular for the registers.
std::uint64_t stable_hash(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdULL;
    hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53ULL;
    return hash ^ (hash >> 33);
}

void Distinct::add_hash(std::uint64_t hash) {
    if (!exact()) return add_register(hash);
    const auto at = std::lower_bound(hashes_.begin(), hashes_.end(), hash);
    if (at != hashes_.end() && *at == hash) return;
    hashes_.insert(at, hash);
    if (hashes_.size() <= kExactUpTo) return;
    registers_.assign(kRegisters, 0);
    for (const std::uint64_t known : hashes_) add_register(known);
    hashes_ = {};
}

void Distinct::add_register(std::uint64_t hash) {
    std::uint8_t& highest = registers_[hash >> (64 - kIndexBits)];
    const auto rank = static_cast<std::uint8_t>(std::min<int>(std::countl_zero(hash << kIndexBits) + 1, kMaxRank));
    highest = std::max(highest, rank);
}

std::uint64_t Distinct::count() const {
    if (exact()) return hashes_.size();
    double sum = 0;
    std::size_t zeros = 0;
    for (const std::uint8_t rank : registers_) {
        sum += std::ldexp(1.0, -rank);
        zeros += rank == 0;
    }
    const auto m = static_cast<double>(kRegisters);
    const double raw = 0.7213 / (1 + 1.079 / m) * m * m / sum;
    // Flajolet's correction while registers are still empty; with 64-bit hashes there is none for large counts.
    if (raw <= 2.5 * m && zeros > 0) return std::llround(m * std::log(m / static_cast<double>(zeros)));
    return std::llround(raw);
}

std::string Distinct::save() const {
    std::string out;
    if (!exact()) out.push_back(kRegistersMark);
    for (const std::uint8_t rank : registers_) out.push_back(static_cast<char>('A' + rank));
    char digits[17];
    for (const std::uint64_t hash : hashes_) {
        for (int i = 15; i >= 0; --i) digits[15 - i] = "0123456789abcdef"[hash >> (i * 4) & 15];
        out.append(digits, 16);
    }
    return out;
}

bool Distinct::load(std::string_view saved) {
    *this = Distinct();
    if (saved.starts_with(kRegistersMark)) {
        saved.remove_prefix(1);
        const auto is_rank = [](char c) { return c >= 'A' && c <= 'A' + kMaxRank; };
        if (saved.size() != kRegisters || !std::all_of(saved.begin(), saved.end(), is_rank)) return false;
        for (const char c : saved) registers_.push_back(static_cast<std::uint8_t>(c - 'A'));
        return true;
    }
    if (saved.size() % 16 != 0 || saved.size() / 16 > kExactUpTo) return false;
    for (; !saved.empty(); saved.remove_prefix(16)) {
        std::uint64_t hash = 0;
        const auto [end, error] = std::from_chars(saved.data(), saved.data() + 16, hash, 16);
        if (error != std::errc() || end != saved.data() + 16) return false;
        if (!hashes_.empty() && hash <= hashes_.back()) return false;
        hashes_.push_back(hash);
    }
    return true;
}

}  // namespace tidegate::analytics
