// expect: deleted
#include "prelude.hpp"
std::string_view f(const tg::Message& m) { return m.share().payload(); }
