#include "manuals.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>
#include <vector>

#include "rating/engine.hpp"
#include "rating/verifier.hpp"

namespace tidegate::quote {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMaxManualBytes = 16 * 1024 * 1024;

void note(std::string& reasons, const std::string& reason) { reasons += (reasons.empty() ? "" : "; ") + reason; }

std::vector<fs::path> manual_files(const std::string& folder, std::string& refusal) {
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        if (at->path().extension() == ".json") files.push_back(at->path());
    }
    if (error) note(refusal, "read the folder of manuals '" + folder + "': " + error.message());
    std::sort(files.begin(), files.end());
    return files;
}

std::optional<std::string> read_file(const fs::path& path) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    if (error || size > kMaxManualBytes) return std::nullopt;
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file.good() && !file.eof()) return std::nullopt;
    return text.str();
}

// Why the file cannot serve, or nothing.
std::string add_manual(const fs::path& path, rating::ManualCatalog& catalog) {
    const auto text = read_file(path);
    if (!text) return "it cannot be read, or is larger than 16 MiB";
    const rating::ManualLoad load = rating::Manual::load(*text);
    if (!load.manual) return load.text();
    return catalog.add(load.manual).value_or(std::string());
}

std::string quote_of(const rating::Manual& manual, const rating::ManualTest& test) {
    rating::JsonWriter out;
    out.begin_object().field("product", manual.product).field("state", manual.jurisdictions.front());
    out.field("effective_date", rating::date_text(manual.effective_from));
    for (const rating::JsonMember& member : test.in.members) {
        out.key(member.name).raw(rating::canonical_json(member.value));
    }
    out.end_object();
    return out.take();
}

std::string check_test(const rating::ManualCatalog& catalog, const rating::Manual& manual,
                       const rating::ManualTest& test) {
    rating::Calculation calculation(catalog, quote_of(manual, test), manual.effective_from);
    while (!calculation.finished()) calculation.run_next();
    if (!calculation.complete()) return calculation.failure()->message;
    if (calculation.premium().total != test.total) {
        return "total " + calculation.premium().total.to_fixed(2) + " instead of " + test.total.to_fixed(2);
    }
    const auto verified = rating::verify_trace(calculation.trace().json);
    return verified.ok() ? std::string() : "its trace: " + verified.problems.front();
}

}  // namespace

LoadedManuals load_manuals(const std::string& folder) {
    LoadedManuals out;
    auto catalog = std::make_shared<rating::ManualCatalog>();
    const auto files = manual_files(folder, out.refusal);
    if (files.empty() && out.refusal.empty()) note(out.refusal, "no manual (*.json) in '" + folder + "'");
    for (const fs::path& file : files) {
        const std::string why = add_manual(file, *catalog);
        if (!why.empty()) note(out.refusal, "manual '" + file.string() + "': " + why);
    }
    if (out.refusal.empty()) out.catalog = std::move(catalog);
    return out;
}

std::string check_manuals(const rating::ManualCatalog& catalog) {
    std::string reasons;
    for (const auto& manual : catalog.manuals()) {
        if (manual->tests.empty()) note(reasons, manual->code + " " + manual->edition + " carries no test");
        for (const rating::ManualTest& test : manual->tests) {
            const std::string why = check_test(catalog, *manual, test);
            if (!why.empty()) note(reasons, manual->code + " " + manual->edition + ", test " + test.name + ": " + why);
        }
    }
    return reasons;
}

}  // namespace tidegate::quote
