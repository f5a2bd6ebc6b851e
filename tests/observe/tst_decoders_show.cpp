#include "observe_text.h"
#include <core/observe/vty_decoder.h>
#include <core/observe/kernel_tables.h>
#include <core/observe/bmp_peers.h>
#include <QDir>
#include <cstdio>
using namespace podleaf;
int main(){
  QDir d(QStringLiteral(PODLEAF_SOURCE_DIR "/tests/observe/data"));
  for (const QString& f : d.entryList({QStringLiteral("*.bin")})) {
    std::printf("== %s\n", qPrintable(f));
    const QByteArray b = test::recorded(f);
    QStringList out;
    if (f.startsWith(u"bmp"_qs)) { observe::BmpDecoder dec; auto r = dec.feed(b); out = r ? test::toTexts(*r) : QStringList{r.error().message}; }
    else if (f.startsWith(u"netlink"_qs)) { auto r = observe::decodeNetlink(b); out = r ? test::toTexts(*r) : QStringList{r.error().message}; }
    else { observe::VtyDecoder dec; auto r = dec.feed(b); if (!r || r->size()!=1) {out << u"bad"_qs;} else { auto n = observe::decodeBgpNeighbors((*r)[0].text); out << QString::number((*r)[0].status); if(!n) out << n.error().message; else for (auto& x:*n) out << x.peer.toString()+u" "_qs+state::toString(x.state)+u" "_qs+x.lastError+u" "_qs+QString::number(x.established)+u"/"_qs+QString::number(x.dropped)+(x.adminShut?u" shut"_qs:QString()); } }
    for (auto& l : out) std::printf("   %s\n", qPrintable(l));
  }
}
