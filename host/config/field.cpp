#include "config/field.hpp"

#include "config/value_text.hpp"

#include <cctype>

namespace tidegate::config {
namespace {

std::string number_between(std::string_view what, const FieldInfo& field) {
    return std::string(what) + ", " + std::to_string(field.min) + " to " + std::to_string(field.max);
}

std::string one_of(std::string_view choices) {
    std::string out = "one of ";
    for (const char c : choices) out += c == '|' ? std::string(", ") : std::string(1, c);
    return out;
}

}  // namespace

std::string_view to_text(Mark mark) {
    switch (mark) {
        case Mark::kLive:
            return "live";
        case Mark::kPlugin:
            return "plugin";
        case Mark::kRestart:
            break;
    }
    return "restart";
}

std::string expectation(const FieldInfo& field) {
    switch (field.kind) {
        case Kind::kText:
            return "a text of at most " + std::to_string(field.max) + " bytes";
        case Kind::kSecret:
            return "a text of " + std::to_string(field.min) + " bytes or more, or file:PATH";
        case Kind::kChoice:
            return one_of(field.choices);
        case Kind::kAddress:
            return "an address with a port, as 127.0.0.1:8080 or [::1]:8080";
        case Kind::kSwitch:
            return "true or false";
        case Kind::kCount:
            return number_between("a whole number", field);
        case Kind::kMilliseconds:
            return number_between("a whole number of milliseconds", field);
        case Kind::kSeconds:
            return number_between("a whole number of seconds", field);
        case Kind::kSize:
            return "a size, " + size_text(field.min) + " to " + size_text(field.max);
        case Kind::kPath:
            return "a path";
        case Kind::kTexts:
            break;
    }
    return "a list of texts";
}

std::string environment_name(std::string_view key) {
    std::string name = "TIDEGATE_";
    for (const char c : key)
        name += c == '.' || c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return name;
}

}  // namespace tidegate::config
