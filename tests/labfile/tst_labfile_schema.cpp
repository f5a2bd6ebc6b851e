// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON schema for editors says what the parser says: same keys, words and bounds, and every valid file is valid by
// it. What the parser knows is asked of the parser: its findings name all that it would take.
#include <core/labfile/labfile.h>
#include <core/labfile/yaml_tree.h>

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>

using namespace podleaf;
using namespace Qt::StringLiterals;
using labfile::YamlNode;

namespace {

QJsonObject schema() {
    QFile file(QStringLiteral(PODLEAF_SOURCE_DIR "/resources/schema/podleaf-lab.schema.json"));
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

QJsonObject definition(const QString& name) {
    return name.isEmpty() ? schema() : schema()[u"$defs"_s][name].toObject();
}

/// The words behind `intro` in the hint of the first finding that has it.
QStringList wordsOf(const QByteArray& text, const QString& intro) {
    for (const model::Finding& finding : labfile::parse(text).findings) {
        const qsizetype at = finding.hint.indexOf(intro);
        if (at >= 0) {
            QString words = finding.hint.mid(at + intro.size());
            words.chop(1);
            QStringList list = words.split(u", "_s);
            list.sort();
            return list;
        }
    }
    return {};
}

QStringList sorted(QStringList words) {
    words.sort();
    return words;
}

/// As much of JSON schema as ours uses. A scalar of YAML is text; it is an integer or a boolean where it looks like one.
class Validator {
public:
    explicit Validator(QJsonObject root) : m_root(std::move(root)) {}

    /// Where the value does not fit, or empty.
    QString fault(const YamlNode& value, const QJsonObject& rule, const QString& at = u"lab"_s) const {
        if (rule.contains(u"$ref"_s)) {
            const QString name = rule[u"$ref"_s].toString().section(u'/', -1);
            if (QString wrong = fault(value, m_root[u"$defs"_s][name].toObject(), at); !wrong.isEmpty()) {
                return wrong;
            }
        }
        if (rule.contains(u"anyOf"_s)) {
            const QJsonArray any = rule[u"anyOf"_s].toArray();
            if (std::ranges::none_of(any, [&](const QJsonValue& one) { return fault(value, one.toObject(), at).isEmpty(); })) {
                return at + u": none of anyOf"_s;
            }
        }
        if (!hasType(value, rule[u"type"_s])) {
            return at + u": type"_s;
        }
        const bool isScalar = value.type == YamlNode::Type::Scalar;
        if (rule.contains(u"enum"_s) && !(isScalar && rule[u"enum"_s].toArray().contains(value.text))) {
            return at + u": enum"_s;
        }
        if (isScalar) {
            return scalarFault(value.text, rule, at);
        }
        return value.type == YamlNode::Type::List ? listFault(value, rule, at) : mapFault(value, rule, at);
    }

private:
    static bool hasType(const YamlNode& value, const QJsonValue& types) {
        const QJsonArray all = types.isString() ? QJsonArray{types} : types.toArray();
        return all.isEmpty() || std::ranges::any_of(all, [&value](const QJsonValue& type) {
                   const QString word = type.toString();
                   static const QRegularExpression kInteger(u"^[0-9]+$"_s);
                   switch (value.type) {
                   case YamlNode::Type::Null:
                       return word == u"null"_s;
                   case YamlNode::Type::List:
                       return word == u"array"_s;
                   case YamlNode::Type::Map:
                       return word == u"object"_s;
                   case YamlNode::Type::Scalar:
                       return word == u"string"_s || (word == u"integer"_s && value.text.contains(kInteger)) ||
                              (word == u"boolean"_s && (value.text == u"true"_s || value.text == u"false"_s));
                   case YamlNode::Type::Broken:
                       break;
                   }
                   return false;
               });
    }
    static QString scalarFault(const QString& text, const QJsonObject& rule, const QString& at) {
        if (rule.contains(u"pattern"_s) && !QRegularExpression(rule[u"pattern"_s].toString()).match(text).hasMatch()) {
            return at + u": pattern"_s;
        }
        if (rule.contains(u"maxLength"_s) && text.size() > rule[u"maxLength"_s].toInt()) {
            return at + u": maxLength"_s;
        }
        bool isNumber = false;
        const double number = text.toDouble(&isNumber);
        if (!isNumber) {
            return {};
        }
        const bool isBetween = (!rule.contains(u"exclusiveMinimum"_s) || number > rule[u"exclusiveMinimum"_s].toDouble()) &&
                               (!rule.contains(u"exclusiveMaximum"_s) || number < rule[u"exclusiveMaximum"_s].toDouble());
        const bool inside = isBetween && (!rule.contains(u"minimum"_s) || number >= rule[u"minimum"_s].toDouble()) &&
                            (!rule.contains(u"maximum"_s) || number <= rule[u"maximum"_s].toDouble());
        return inside ? QString() : at + u": out of range"_s;
    }
    QString listFault(const YamlNode& value, const QJsonObject& rule, const QString& at) const {
        const auto count = static_cast<int>(value.items.size());
        if (count < rule[u"minItems"_s].toInt(0) || count > rule[u"maxItems"_s].toInt(count)) {
            return at + u": number of items"_s;
        }
        for (const YamlNode& item : value.items) {
            if (QString wrong = fault(item, rule[u"items"_s].toObject(), at + u"[]"_s); !wrong.isEmpty()) {
                return wrong;
            }
        }
        return {};
    }
    QString mapFault(const YamlNode& value, const QJsonObject& rule, const QString& at) const {
        QStringList keys;
        for (const labfile::YamlEntry& entry : value.entries) {
            keys << entry.key;
            const QJsonObject properties = rule[u"properties"_s].toObject();
            const QString place = at + u'.' + entry.key;
            if (rule.contains(u"propertyNames"_s)) {
                const YamlNode name{YamlNode::Type::Scalar, {}, entry.key, {}, {}};
                if (QString wrong = fault(name, rule[u"propertyNames"_s].toObject(), place); !wrong.isEmpty()) {
                    return wrong;
                }
            }
            if (!properties.contains(entry.key) && rule[u"additionalProperties"_s] == QJsonValue(false)) {
                return place + u": unknown key"_s;
            }
            const QJsonObject next =
                properties.contains(entry.key) ? properties[entry.key].toObject() : rule[u"additionalProperties"_s].toObject();
            if (QString wrong = fault(entry.value, next, place); !wrong.isEmpty()) {
                return wrong;
            }
        }
        for (const QJsonValue& required : value.type == YamlNode::Type::Map ? rule[u"required"_s].toArray() : QJsonArray()) {
            if (!keys.contains(required.toString())) {
                return at + u": no "_s + required.toString();
            }
        }
        return {};
    }

    const QJsonObject m_root;
};

QString faultOf(const QByteArray& text) {
    labfile::Report report;
    const auto root = labfile::readYaml(text, report);
    return root ? Validator(schema()).fault(*root, schema()) : u"not YAML"_s;
}

} // namespace

class TestLabFileSchema : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keysAreTheParsers_data();
    void keysAreTheParsers();
    void wordsAreTheParsers_data();
    void wordsAreTheParsers();
    void boundsAreTheParsers_data();
    void boundsAreTheParsers();
    void everyKeyIsExplained();
    void validFilesAreValid_data();
    void validFilesAreValid();
    void mistakesAreSeen_data();
    void mistakesAreSeen();
};

void TestLabFileSchema::keysAreTheParsers_data() {
    QTest::addColumn<QString>("definition");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("lab") << QString() << QByteArray("zzzzzzzzz: 1\n");
    QTest::newRow("kubernetes") << u"kubernetes"_s << QByteArray("kubernetes: {zzzzzzzzz: 1}\n");
    QTest::newRow("addresses") << u"addresses"_s << QByteArray("addresses: {zzzzzzzzz: 1}\n");
    QTest::newRow("routing") << u"routing"_s << QByteArray("routing: {zzzzzzzzz: 1}\n");
    QTest::newRow("fabric") << u"fabric"_s << QByteArray("fabric: {zzzzzzzzz: 1}\n");
    QTest::newRow("node") << u"node"_s << QByteArray("nodes: {a: {kind: leaf, zzzzzzzzz: 1}}\n");
    QTest::newRow("link") << u"link"_s << QByteArray("links: [{zzzzzzzzz: 1}]\n");
    QTest::newRow("impairment") << u"impairment"_s << QByteArray("links: [{impairment: {zzzzzzzzz: 1}}]\n");
    QTest::newRow("workload") << u"workload"_s << QByteArray("workloads: {a: {zzzzzzzzz: 1}}\n");
    QTest::newRow("place") << u"place"_s << QByteArray("workloads: {a: {on: [{zzzzzzzzz: 1}]}}\n");
    QTest::newRow("test") << u"test"_s << QByteArray("tests: {a: {zzzzzzzzz: 1}}\n");
    QTest::newRow("group") << u"group"_s << QByteArray("groups: [{zzzzzzzzz: 1}]\n");
    QTest::newRow("note") << u"note"_s << QByteArray("notes: [{zzzzzzzzz: 1}]\n");
}

void TestLabFileSchema::keysAreTheParsers() {
    QFETCH(QString, definition);
    QFETCH(QByteArray, text);
    QCOMPARE(sorted(::definition(definition)[u"properties"_s].toObject().keys()), wordsOf(text, u"Known: "_s));
}

void TestLabFileSchema::wordsAreTheParsers_data() {
    QTest::addColumn<QString>("definition");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("intro");
    QTest::newRow("kind") << u"node"_s << u"kind"_s << QByteArray("nodes: {a: {kind: zzzzzzzzz}}\n") << u"The kinds are "_s;
    QTest::newRow("dhcp") << u"node"_s << u"dhcp"_s << QByteArray("nodes: {a: {kind: leaf, dhcp: z}}\n") << u"Supported: "_s;
    QTest::newRow("protocol") << u"routing"_s << u"protocol"_s << QByteArray("routing: {protocol: z}\n") << u"Supported: "_s;
    QTest::newRow("version") << u"kubernetes"_s << u"version"_s << QByteArray("kubernetes: {version: z}\n") << u"Supported: "_s;
    QTest::newRow("image") << u"workload"_s << u"image"_s << QByteArray("workloads: {a: {image: z}}\n") << u"Supported: "_s;
}

void TestLabFileSchema::wordsAreTheParsers() {
    QFETCH(QString, definition);
    QFETCH(QString, key);
    QFETCH(QByteArray, text);
    QFETCH(QString, intro);
    QStringList words;
    for (const QJsonValue& word : ::definition(definition)[u"properties"_s][key][u"enum"_s].toArray()) {
        words << word.toString();
    }
    QCOMPARE(sorted(words), wordsOf(text, intro));
}

void TestLabFileSchema::boundsAreTheParsers_data() {
    QTest::addColumn<QJsonObject>("rule");
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char* of, const char* key, const QByteArray& text) {
        QTest::addRow("%s", key) << definition(QString::fromLatin1(of))[u"properties"_s][QString::fromLatin1(key)].toObject() << text;
    };
    QTest::newRow("asn") << definition(u"asn"_s) << QByteArray("nodes: {a: {kind: leaf, asn: z}}\n");
    row("routing", "ecmp", "routing: {ecmp: z}\n");
    row("fabric", "spines", "fabric: {spines: z}\n");
    row("fabric", "leaves", "fabric: {leaves: z}\n");
    row("fabric", "hosts-per-leaf", "fabric: {hosts-per-leaf: z}\n");
    row("workload", "replicas", "workloads: {a: {replicas: z}}\n");
    row("workload", "port", "workloads: {a: {port: z}}\n");
}

void TestLabFileSchema::boundsAreTheParsers() {
    QFETCH(QJsonObject, rule);
    QFETCH(QByteArray, text);
    const QString bounds =
        u"Write a whole number from %1 to %2,"_s.arg(rule[u"minimum"_s].toInteger(-1)).arg(rule[u"maximum"_s].toInteger(-1));
    const auto findings = labfile::parse(text).findings;
    QVERIFY2(std::ranges::any_of(findings, [&](const model::Finding& finding) { return finding.hint.startsWith(bounds); }),
             qPrintable(labfile::describe(bounds, findings)));
}

void TestLabFileSchema::everyKeyIsExplained() {
    QStringList silent;
    const QJsonObject all = schema()[u"$defs"_s].toObject();
    const auto look = [&silent](const QJsonObject& properties) {
        for (auto it = properties.begin(); it != properties.end(); ++it) {
            if (it.value()[u"description"_s].toString().isEmpty()) {
                silent << it.key();
            }
        }
    };
    look(schema()[u"properties"_s].toObject());
    for (const QJsonValue& one : all) {
        look(one[u"properties"_s].toObject());
    }
    QCOMPARE(silent, QStringList());
}

/// Every lab, and every example of the documentation that is a whole lab.
void TestLabFileSchema::validFilesAreValid_data() {
    QTest::addColumn<QByteArray>("text");
    qputenv("PODLEAF_LABS", PODLEAF_SOURCE_DIR "/labs");
    for (const labfile::BuiltinLab& lab : labfile::builtinLabs()) {
        const auto source = labfile::load(lab.path + u"/lab.yaml"_s);
        QTest::addRow("%s", qPrintable(lab.name)) << (source ? source->text : QByteArray());
        QTest::addRow("%s, written out", qPrintable(lab.name))
            << (source && source->parsed.lab ? labfile::toYaml(*source->parsed.lab) : QByteArray());
    }
    qunsetenv("PODLEAF_LABS");
    QFile docs(QStringLiteral(PODLEAF_SOURCE_DIR "/docs/lab-file.md"));
    QVERIFY(docs.open(QIODevice::ReadOnly));
    static const QRegularExpression kExample(u"```yaml\n(.*?)```"_s, QRegularExpression::DotMatchesEverythingOption);
    int number = 0;
    for (auto it = kExample.globalMatch(QString::fromUtf8(docs.readAll())); it.hasNext();) {
        QTest::addRow("docs, example %d", ++number) << it.next().captured(1).toUtf8();
    }
    QVERIFY(number > 3);
}

void TestLabFileSchema::validFilesAreValid() {
    QFETCH(QByteArray, text);
    const auto parsed = labfile::parse(text);
    QVERIFY2(parsed.lab, qPrintable(labfile::describe(u"text"_s, parsed.findings)));
    QCOMPARE(faultOf(text), QString());
}

void TestLabFileSchema::mistakesAreSeen_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("fault");
    const QByteArray nodes = "name: a\nnodes: {h: {kind: host}}\n";
    QTest::newRow("no name") << QByteArray("nodes: {}\n") << u"lab: no name"_s;
    QTest::newRow("no nodes") << QByteArray("name: a\n") << u"lab: none of anyOf"_s;
    QTest::newRow("unknown key") << nodes + "link: []\n" << u"lab.link: unknown key"_s;
    QTest::newRow("name of a node") << QByteArray("name: a\nnodes: {H_1: {kind: host}}\n") << u"lab.nodes.H_1: pattern"_s;
    QTest::newRow("kind") << QByteArray("name: a\nnodes: {h: {kind: box}}\n") << u"lab.nodes.h.kind: enum"_s;
    QTest::newRow("one end") << nodes + "links: [{ends: [h:eth1]}]\n" << u"lab.links[].ends: number of items"_s;
    QTest::newRow("end") << nodes + "links: [{ends: [h, h:eth1]}]\n" << u"lab.links[].ends[]: pattern"_s;
    QTest::newRow("impairment") << nodes + "links: [{ends: [h:eth1, h:eth2], impairment: {from: h}}]\n"
                                << u"lab.links[].impairment: none of anyOf"_s;
    for (const char* wrong : {"loss: 0", "loss: 100", "loss: much", "rate: 7", "rate: 5mb", "delay: 10001", "delay: soon"}) {
        QTest::addRow("%s", wrong) << nodes + "links: [{ends: [h:eth1, h:eth2], impairment: {" + wrong + "}}]\n"
                                   << u"lab.links[].impairment: none of anyOf"_s;
    }
    QTest::newRow("bfd") << nodes + "routing: {bfd: maybe}\n" << u"lab.routing.bfd: type"_s;
    QTest::newRow("ecmp") << nodes + "routing: {ecmp: 65}\n" << u"lab.routing.ecmp: out of range"_s;
    QTest::newRow("asn") << QByteArray("name: a\nnodes: {h: {kind: host, asn: big}}\n") << u"lab.nodes.h.asn: type"_s;
    QTest::newRow("cluster") << nodes + "kubernetes: yes\n" << u"lab.kubernetes: type"_s;
    QTest::newRow("version") << nodes + "kubernetes: {version: 1.20.2}\n" << u"lab.kubernetes.version: enum"_s;
    QTest::newRow("services") << nodes + "kubernetes: {services: 10.96.0.0}\n" << u"lab.kubernetes.services: pattern"_s;
    QTest::newRow("group") << nodes + "groups: [{name: a, nodes: []}]\n" << u"lab.groups[].nodes: number of items"_s;
    QTest::newRow("note") << nodes + "notes: [{text: a, position: [1]}]\n" << u"lab.notes[].position: number of items"_s;
    QTest::newRow("length") << nodes + "addresses: {pods-per-host: 29}\n" << u"lab.addresses.pods-per-host: pattern"_s;
}

void TestLabFileSchema::mistakesAreSeen() {
    QFETCH(QByteArray, text);
    QFETCH(QString, fault);
    QVERIFY(!labfile::parse(text).lab);
    QCOMPARE(faultOf(text), fault);
}

QTEST_GUILESS_MAIN(TestLabFileSchema)
#include "tst_labfile_schema.moc"
