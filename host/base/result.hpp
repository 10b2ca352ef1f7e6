#pragma once

// Result<T>: a value or an Error. Not an exception carrier: asking a failed result for its value throws, and only
// main's wall catches that. Values.

#include "base/error.hpp"

#include <boost/system/result.hpp>

#include <stdexcept>
#include <string>

namespace tidegate {

// Found by argument-dependent lookup from boost::system::result::value().
[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
    throw std::runtime_error(error.text);
}

template <class T>
using Result = boost::system::result<T, Error>;

inline Error fail(Errc code, std::string text) { return Error{code, std::move(text)}; }

}  // namespace tidegate
